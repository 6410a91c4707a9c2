import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Failure, messageOf } from './failure';

const HOST = '127.0.0.1';
/** How many ports above a taken one are tried. */
const TRIES = 20;

/** Opens the port for a moment. @returns the port, or undefined if something else listens there */
async function probe(port: number): Promise<number | undefined> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen(port, HOST, () => {
			const address = server.address();
			const found = typeof address === 'object' ? address?.port : undefined;
			server.close(() => resolve(found));
		});
	});
}

/** Any free port of 127.0.0.1. */
export async function anyPort(): Promise<number> {
	const port = await probe(0);
	if (port === undefined) throw new Failure(`No port of ${HOST} can be opened.`);
	return port;
}

/** Has an HTTP server listen on a free port of 127.0.0.1. @returns its origin */
export async function listen(server: Server): Promise<string> {
	await once(server.listen(0, HOST), 'listening');
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Failure('It has no port.');
	return `http://${HOST}:${address.port}`;
}

/** A port number from the command line. @throws Failure if it is none */
export function portNumber(text: string, option: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port + TRIES < 65_536) return port;
	throw new Failure(`${option} takes a port number, not "${text}".`);
}

/** `wanted`, or the next free port above it. */
async function portFrom(wanted: number, what: string, option: string): Promise<number> {
	for (let port = wanted; port < wanted + TRIES; port++) {
		if ((await probe(port)) !== undefined) return port;
	}
	throw new Failure(
		`No free port for ${what} from ${wanted} to ${wanted + TRIES - 1}.`,
		`Choose one with ${option} <port>, or end what uses them.`,
	);
}

/**
 * Starts a server on the port that the user wants, or on the next free one above it, saying so.
 * @param what is started, e.g. "n8n"
 * @param option with which the user chooses the port
 * @param begin starts it; an error that tells of a port in use has the next one tried, because
 * somebody else may take a port between the look and the start
 */
export async function onFreePort<T>(
	{ wanted, what, option }: { wanted: number; what: string; option: string },
	begin: (port: number) => Promise<T>,
): Promise<T> {
	for (let from = wanted; ; ) {
		const port = await portFrom(from, what, option);
		if (port !== wanted) {
			console.log(
				`  Port ${wanted} is taken: ${what} takes ${port} instead (${option} to choose).`,
			);
		}
		try {
			return await begin(port);
		} catch (error) {
			if (!/already in use/.test(messageOf(error))) throw error;
			from = port + 1;
		}
	}
}
