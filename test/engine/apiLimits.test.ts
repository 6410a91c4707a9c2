/** APIs that never end or send too much, over real sockets and n8n's HTTP client. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, type Writable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { VeoClient } from '../../nodes/Veo/api/client';
import type { Send } from '../../nodes/Veo/api/http';
import { ApiServer, callInEngine } from '../harness/apiServer';
import { useVeoEngine } from '../harness/setup';

const veo = useVeoEngine();
const api = new ApiServer();
beforeAll(async () => await api.start());
afterAll(() => api.close());

const MB = 1024 ** 2;
const LIMIT = MB;
const START = '{"code":0,"data":{"uuid":"123e4567-e89b-42d3-a456-426614174000"';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const get = async (timeoutMs = 20_000, whenRunning?: (cancel: () => void) => void) => {
	const request = { method: 'GET' as const, path: '/', timeoutMs };
	return await callInEngine(veo.engine, api, async (send) => await send(request), whenRunning);
};

/** Writes a piece every few milliseconds until the connection closes. */
function drip(stream: Writable, piece: string | Buffer): void {
	const timer = setInterval(() => stream.write(piece), 5);
	stream.on('close', () => clearInterval(timer));
}

/** Writes a piece again and again until the connection closes. @returns the bytes */
async function flood(stream: Writable, piece: Buffer): Promise<number> {
	let bytes = 0;
	const more = () => {
		while (!stream.destroyed && stream.write(piece)) bytes += piece.length;
	};
	stream.on('drain', more);
	more();
	await new Promise((resolve) => stream.once('close', resolve));
	return bytes;
}

const UNFINISHED: Record<string, Listener> = {
	nothing: () => {},
	'only headers': (_, response) => response.flushHeaders(),
	'a byte at a time': (_, response) => drip(response, ' '),
	'a compressed byte at a time': (_, response) => {
		const header = gzipSync('').subarray(0, 10);
		response.writeHead(200, { 'content-encoding': 'gzip' }).write(header);
		drip(response, Buffer.of(0, 0, 0, 255, 255)); // an empty block of deflate
	},
	'all but the end': (_, response) => void response.write(START),
	'headers without an end': ({ socket }) => {
		socket.write('HTTP/1.1 200 OK\r\n');
		drip(socket, 'a: b\r\n');
	},
};

describe.each(Object.entries(UNFINISHED))('an API that sends %s', (_, listener) => {
	it('ends at the timeout with a closed connection', async () => {
		api.respond(listener);
		expect(await get(300)).toMatchObject({ kind: 'timeout' });
		await api.connectionsClosed();
		expect(api.requests).toBe(1);
	});

	it('ends at Stop with a closed connection', async () => {
		let stop = () => {};
		api.respond((request, response) => {
			listener(request, response);
			setTimeout(stop, 50);
		});
		const result = await get(20_000, (cancel) => (stop = cancel));
		expect(result).toMatchObject({ kind: 'canceled' });
		await api.connectionsClosed();
		expect(api.requests).toBe(1);
	});
});

describe('a response that is too large', () => {
	it('is closed early if it is endless', async () => {
		let sent: Promise<number> | undefined;
		api.respond((_, response) => void (sent = flood(response, Buffer.alloc(65_536, ' '))));
		expect(await get()).toMatchObject({ status: 200, isTooLarge: true });
		await api.connectionsClosed();
		expect(await sent).toBeLessThan(20 * MB);
	});

	it.each([
		['gzip', gzipSync],
		['br', brotliCompressSync],
	])('is closed early if it is a decompression bomb: %s', async (encoding, compress) => {
		const bomb = compress(Buffer.alloc(20 * MB));
		const headers = { 'content-encoding': encoding, 'content-length': bomb.length + 1 };
		api.respond((_, response) => void response.writeHead(200, headers).write(bomb));
		expect(await get()).toMatchObject({ isTooLarge: true });
		await api.connectionsClosed();
	});

	it('is kept in part only', async () => {
		api.respond((_, response) => response.writeHead(503).end(START.padEnd(100 * MB)));
		const text = START.padEnd(64 * 1024);
		expect(await get()).toMatchObject({ status: 503, isTooLarge: true, text });
		await api.connectionsClosed();
	});

	it('has more than 1 MB', async () => {
		const largest = START.padEnd(LIMIT);
		api.respond((_, response) => response.end(largest));
		const result = await get();
		expect(result).toMatchObject({ status: 200, text: largest });
		expect(result).not.toHaveProperty('isTooLarge');
		api.respond((_, response) => response.end(START.padEnd(LIMIT + 1)));
		expect(await get()).toMatchObject({ isTooLarge: true });
	});
});

it('the byte order mark of a response is removed', async () => {
	api.respond((_, response) => response.end('\ufeff{"title":"Grüße"}'));
	expect(await get()).toMatchObject({ text: '{"title":"Grüße"}' });
});

it('a response that breaks off is kept as far as it was received', async () => {
	api.respond(
		(_, response) => void response.write(START, () => setTimeout(() => response.destroy(), 20)),
	);
	expect(await get()).toMatchObject({ kind: 'reset', received: START });
	api.respond((_, response) => void response.write(START));
	expect(await get(300)).toMatchObject({ kind: 'timeout', received: START });
	await api.connectionsClosed();
});

describe('an upload that the API does not read', () => {
	const CHUNKS = 800;
	const run = async (timeoutMs: number, isStopped: boolean) => {
		const image = Readable.from(Array.from({ length: CHUNKS }, () => Buffer.alloc(65_536)));
		const file = { fileName: 'a.jpg', mimeType: 'image/jpeg', size: CHUNKS * 65_536 };
		const upload = async (send: Send) =>
			await new VeoClient(
				async (request) => await send({ ...request, timeoutMs }),
				Date.now,
			).upload({ ...file, open: async () => image });
		let unread: IncomingMessage | undefined;
		let stop = () => {};
		api.respond((request) => {
			unread = request;
			if (isStopped) setTimeout(stop, 50);
		});
		const result = await callInEngine(veo.engine, api, upload, (cancel) => (stop = cancel));
		// a paused socket doesn't notice that it was closed
		unread?.on('error', () => {}).resume();
		await api.connectionsClosed();
		if (!image.closed) await once(image, 'close');
		return result;
	};

	it('ends at the timeout with a closed connection and file', async () => {
		expect(await run(1_000, false)).toMatchObject({ ok: false, error: { kind: 'timeout' } });
	});

	it('ends at Stop with a closed connection and file', async () => {
		const result = await run(20_000, true);
		expect(result).toMatchObject({ ok: false, error: { kind: 'canceled' } });
	});
});
