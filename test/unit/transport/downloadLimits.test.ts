/** Hosts and storages that never end or break, over real sockets and n8n's HTTP client. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DownloadHelpers } from '../../../nodes/Veo/transport/downloadAttempt';
import { createClock } from '../../../nodes/Veo/transport/clock';
import { VIDEOS } from '../support/videoFiles';
import { fastClock, httpRequest, VideoHost } from '../support/videoHost';

const systemClock = createClock();

const host = new VideoHost();
beforeAll(async () => await host.start());
afterAll(() => host.close());

const { bytes: mp4 } = VIDEOS.mp4;
const never = new Promise<never>(() => {});
const once1 = { maxRetries: 0 };
const fast = { ...once1, clock: fastClock };
const timeout = { ok: false, error: { kind: 'timeout' } };
const storage = { ok: false, error: { kind: 'storage' } };
const canceled = { ok: false, error: { kind: 'canceled' } };

/** Writes a piece every few milliseconds until the connection closes. */
function drip(response: ServerResponse, piece: Buffer): void {
	const timer = setInterval(() => response.write(piece), 5);
	response.on('close', () => clearInterval(timer));
}

const ENDLESS = {
	'no response': () => {},
	'headers only': (_: IncomingMessage, response: ServerResponse) => void response.flushHeaders(),
	'no byte after the first': (_: IncomingMessage, response: ServerResponse) => {
		response.writeHead(200, { 'content-length': 1e6 }).write(mp4);
	},
	'a byte at a time': (_: IncomingMessage, response: ServerResponse) => {
		response.writeHead(200, { 'content-length': 1e6 }).write(mp4);
		drip(response, Buffer.of(1));
	},
	'a byte at a time from the start': (_: IncomingMessage, response: ServerResponse) => {
		drip(response, Buffer.of(0));
	},
};

describe.each(Object.entries(ENDLESS))('a host that sends %s', (_, listener) => {
	it('ends with a closed connection', async () => {
		host.respond(listener);
		const closed = host.connectionClosed();
		expect(await host.download(fast)).toMatchObject(timeout);
		await closed;
	});

	it('ends at Stop with a closed connection', async () => {
		const stop = new AbortController();
		host.respond((request, response) => {
			listener(request, response);
			setTimeout(() => stop.abort(), 20);
		});
		const closed = host.connectionClosed();
		expect(await host.download({ signal: stop.signal })).toMatchObject(canceled);
		await closed;
		expect(host.requests).toBe(1);
	});

	it('ends at the overall limit, retries included', async () => {
		host.respond(listener);
		expect(await host.download({ clock: fastClock }, {}, 20_000)).toEqual({
			...{ ok: false, error: { kind: 'timeout', detail: 'Not complete after 20 seconds' } },
		});
		expect(host.requests).toBeLessThanOrEqual(1);
	});
});

test('the overall limit ends the wait before a retry', async () => {
	host.send(Buffer.alloc(0), { 'retry-after': '60' }, 503);
	expect(await host.download({ clock: fastClock }, {}, 20_000)).toMatchObject(timeout);
	expect(host.requests).toBeLessThanOrEqual(1);
});

test('a decompression bomb is stopped early', async () => {
	const bomb = gzipSync(Buffer.concat([mp4, Buffer.alloc(60 * 1024 ** 2)]));
	host.send(bomb, { 'content-encoding': 'gzip', 'content-length': bomb.length });
	let bytes = 0;
	const prepareBinaryData = async (content: Buffer | Readable) => {
		for await (const chunk of content) bytes += Buffer.from(chunk).length;
		return { data: '', mimeType: '' };
	};
	const error = { kind: 'notVeoApi', detail: 'a file larger than 1 GB' };
	expect(await host.download({}, { prepareBinaryData })).toMatchObject({ ok: false, error });
	expect(bytes).toBeLessThan(20 * 1024 ** 2);
	expect(host.requests).toBe(1);
});

test("a file that is declared too large isn't requested again", async () => {
	const closed = host.connectionClosed();
	host.respond((_, response) => response.writeHead(200, { 'content-length': 1e12 }).write(mp4));
	expect(await host.download()).toMatchObject({ ok: false, error: { kind: 'notVeoApi' } });
	await closed;
	expect([host.requests, host.stored.length]).toEqual([1, 0]);
});

describe("n8n's storage", () => {
	const endless = (_: unknown, response: ServerResponse) => {
		response.writeHead(200).write(mp4);
		drip(response, Buffer.alloc(10_000));
	};
	const full = () =>
		Object.assign(new Error('ENOSPC: no space left on device, write'), {
			code: 'ENOSPC',
		});
	const failures: Record<string, DownloadHelpers['prepareBinaryData']> = {
		'fails before it reads': async () => await Promise.reject(full()),
		'fails while it reads': async (content) => {
			if (!Buffer.isBuffer(content)) await once(content, 'data');
			throw full();
		},
		'fails long after it closed the stream': async (content) => {
			if (Buffer.isBuffer(content)) return await never;
			await once(content, 'data');
			content.destroy();
			await new Promise((resolve) => setTimeout(resolve, 50));
			throw full();
		},
	};

	it.each(Object.entries(failures))('%s: reported as local, no retry', async (_, store) => {
		host.respond(endless);
		const closed = host.connectionClosed();
		const detail = 'ENOSPC: no space left on device, write';
		expect(await host.download({}, { prepareBinaryData: store })).toEqual({
			...{ ok: false, error: { kind: 'storage', detail } },
		});
		await closed;
		expect(host.requests).toBe(1);
	});

	it('fails after the last byte: reported as local, no retry', async () => {
		host.send(mp4);
		const prepareBinaryData: DownloadHelpers['prepareBinaryData'] = async (...parts) => {
			await host.prepareBinaryData(...parts);
			throw new Error('Cannot create a string longer than 0x1fffffe8 characters');
		};
		expect(await host.download({}, { prepareBinaryData })).toMatchObject(storage);
		expect(host.requests).toBe(1);
	});

	it.each([
		['fails with the same error', (error: unknown) => error],
		['wraps the error', () => new Error('Upload failed')],
	])('%s after the connection broke: a retry', async (_, wrap) => {
		host.respond((_request, response) => {
			if (host.requests === 2) return void response.end(mp4);
			response.writeHead(200, { 'content-length': 1e6 }).write(mp4);
			setTimeout(() => response.destroy(), 20);
		});
		const prepareBinaryData: DownloadHelpers['prepareBinaryData'] = async (...parts) => {
			try {
				return await host.prepareBinaryData(...parts);
			} catch (error) {
				throw wrap(error);
			}
		};
		expect(await host.download({}, { prepareBinaryData })).toMatchObject({ ok: true });
		expect(host.requests).toBe(2);
	});

	it('hangs without reading: reported as local, with a closed connection', async () => {
		host.respond(endless);
		const closed = host.connectionClosed();
		const result = await host.download(fast, { prepareBinaryData: async () => await never });
		expect(result).toMatchObject(storage);
		await closed;
	});

	it('hangs after the last byte: Stop ends it', async () => {
		host.send(mp4);
		const stop = new AbortController();
		const prepareBinaryData: DownloadHelpers['prepareBinaryData'] = async (...parts) => {
			await host.prepareBinaryData(...parts);
			stop.abort();
			return await never;
		};
		const result = await host.download({ signal: stop.signal }, { prepareBinaryData });
		expect(result).toMatchObject(canceled);
	});
});

test('a response that is too late is closed', async () => {
	host.respond(ENDLESS['headers only']);
	const bodies: Readable[] = [];
	const late: DownloadHelpers['httpRequest'] = async (options) => {
		const response = await httpRequest({ ...options, abortSignal: undefined });
		await systemClock.sleep(800);
		bodies.push(response.body);
		return response;
	};
	expect(await host.download(fast, { httpRequest: late })).toMatchObject(timeout);
	while (bodies.length === 0) await systemClock.sleep(10);
	const [body] = bodies;
	if (body && !body.destroyed) await once(body, 'close');
});
