import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { detect } from 'detect-port';
import { messageOf, UserError } from './userError';

const hostname = '127.0.0.1';

/** Below the ports that systems give to connections, which could take one before the server binds it. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

/** A free port for a server that starts seconds later. */
export async function anyPort(): Promise<number> {
	return await detect({ port: randomInt(FIRST_PORT, LAST_PORT), hostname });
}

const START_ATTEMPTS = 3;

/**
 * Starts a server on ports of anyPort(): another process can take one between the check and the start, so
 * it is started again with others.
 * @param fixed a port that stays the same: if it is taken, starting again doesn't help
 */
export async function onAnyPorts<T>(begin: () => Promise<T>, fixed?: number): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await begin();
		} catch (error) {
			const [, taken] = /port (\d+) is already in use/.exec(messageOf(error)) ?? [];
			if (!taken || Number(taken) === fixed || attempt === START_ATTEMPTS) throw error;
		}
	}
}

/** Binds an HTTP server to a free port of 127.0.0.1. @returns its origin */
export async function listen(server: Server): Promise<string> {
	await once(server.listen(0, hostname), 'listening');
	const address = server.address();
	if (typeof address !== 'object' || !address) throw new UserError('The server has no port.');
	return `http://${hostname}:${address.port}`;
}

/**
 * Starts a server on the preferred port or, if that is in use, on another one.
 * @param what the server's name, e.g. "n8n"
 * @param option the command line option that sets the port
 * @param begin starts the server. "Already in use" errors lead to a retry with another port, because
 * another process can take the port between the check and the start.
 */
export async function onFreePort<T>(
	{ preferred, what, option }: { preferred: number; what: string; option: string },
	begin: (port: number) => Promise<T>,
): Promise<T> {
	for (let candidate = preferred; ; ) {
		const port = await detect({ port: candidate, hostname });
		if (port !== preferred) {
			console.log(`  Port ${preferred} is in use. ${what} uses ${port} (set it with ${option}).`);
		}
		try {
			return await begin(port);
		} catch (error) {
			if (!/already in use/.test(messageOf(error))) throw error;
			candidate = port + 1;
		}
	}
}
