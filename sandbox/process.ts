import type { FastifyInstance } from 'fastify';

/** Closes the server and ends the process at a signal. */
export function stopOnSignals(app: FastifyInstance): void {
	const stop = () => {
		app.close().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
	// A server must not outlive the test that started it, even if the test was killed.
	if (process.connected) process.once('disconnect', stop);
}

/** The origin of a listening server, for example `http://127.0.0.1:3055`. */
export function originOf(app: FastifyInstance): string {
	const [bound] = app.addresses();
	if (typeof bound !== 'object') throw new Error("The server doesn't listen");
	const { address, family, port } = bound;
	return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
