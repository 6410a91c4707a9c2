/** What a host returns, over real sockets and n8n's HTTP client. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { OTHER_FILES, VIDEOS } from '../support/videoFiles';
import { VideoHost } from '../support/videoHost';

const host = new VideoHost();
beforeAll(async () => await host.start());
afterAll(() => host.close());

const mp4 = VIDEOS.mp4.bytes;
/** As real videos, it doesn't compress: the compressed file is larger. */
const dense = Buffer.concat([mp4.subarray(0, 64), randomBytes(300_000)]);

describe('a host that compresses in spite of identity', () => {
	const encodings = {
		gzip: gzipSync,
		'x-gzip': gzipSync,
		deflate: deflateSync,
		br: brotliCompressSync,
	};
	const files = { 'that shrinks': mp4, 'that grows': dense };
	for (const [encoding, compress] of Object.entries(encodings)) {
		for (const [name, bytes] of Object.entries(files)) {
			const compressed = compress(bytes);
			it.each([
				['with a length', { 'content-length': compressed.length }],
				['in chunks', { 'transfer-encoding': 'chunked' }],
			])(`succeeds with a file ${name}, ${encoding}, %s`, async (_, headers) => {
				host.send(compressed, { ...headers, 'content-encoding': encoding });
				expect(await host.download()).toMatchObject({ ok: true });
				expect(host.requests).toBe(1);
				expect(host.stored[0]?.bytes.equals(bytes)).toBe(true);
			});
		}
	}

	it('reports damaged data as such', async () => {
		const compressed = gzipSync(dense);
		compressed.fill(0xff, 150_000, 151_000);
		host.send(compressed, { 'content-encoding': 'gzip' });
		const detail = expect.stringContaining('Z_DATA_ERROR');
		expect(await host.download({ maxRetries: 0 })).toMatchObject({ error: { detail } });
	});

	it('ends in a retry if the response is cut', async () => {
		const compressed = gzipSync(dense);
		host.respond((_, response) => {
			if (host.requests === 2) return void response.end(dense);
			const headers = { 'content-encoding': 'gzip', 'content-length': compressed.length };
			response.writeHead(200, headers).write(compressed.subarray(0, 200_000));
			setTimeout(() => response.destroy(), 20);
		});
		expect(await host.download()).toMatchObject({ ok: true });
		expect(host.requests).toBe(2);
		expect(host.stored.at(-1)?.bytes.equals(dense)).toBe(true);
	});
});

it.each(Object.entries(VIDEOS))('%s keeps its bytes, type and extension', async (_, video) => {
	for (const declared of ['text/plain', 'application/json', 'video/mp4']) {
		host.send(video.bytes, { 'content-type': declared });
		expect(await host.download()).toMatchObject({ ok: true });
		const { bytes, mimeType, extension } = video;
		expect(host.stored).toEqual([{ bytes, mimeType, fileName: `a.${extension}` }]);
	}
});

it.each(Object.entries(OTHER_FILES))("%s isn't stored", async (_, bytes) => {
	for (const contentType of ['', 'video/mp4']) {
		host.send(bytes, { 'content-type': contentType });
		const error = { kind: 'notVeoApi', httpStatus: 200 };
		expect(await host.download()).toMatchObject({ ok: false, error });
	}
	expect(host.stored).toEqual([]);
	expect(host.requests).toBe(1);
});

it('reads the first bytes from as many chunks as it takes', async () => {
	host.respond((_, response) => {
		response.writeHead(200, { 'content-length': mp4.length });
		let sent = 0;
		const next = () => {
			const chunk = mp4.subarray(sent, (sent += sent < 70 ? 5 : mp4.length));
			if (chunk.length === 0) return void response.end();
			response.write(chunk);
			setImmediate(next);
		};
		next();
	});
	expect(await host.download()).toMatchObject({ ok: true });
	expect(host.stored[0]?.bytes.equals(mp4)).toBe(true);
});

it('accepts a video that is shorter than the bytes it needs', async () => {
	host.send(mp4.subarray(0, 20));
	expect(await host.download()).toMatchObject({ ok: true, value: { bytes: 20 } });
	expect(host.stored[0]).toMatchObject({ mimeType: 'video/mp4', bytes: mp4.subarray(0, 20) });
});

it.each([204, 206])("HTTP %s isn't a video", async (status) => {
	host.send(mp4, { 'content-type': 'video/mp4' }, status);
	const error = { kind: 'notVeoApi', detail: expect.stringContaining(`HTTP ${status}`) };
	expect(await host.download()).toMatchObject({ ok: false, error });
	expect([host.requests, host.stored.length]).toEqual([1, 0]);
});

it('retries an empty response', async () => {
	host.respond((_, response) => response.end(host.requests === 1 ? '' : mp4));
	expect(await host.download()).toMatchObject({ ok: true });
	expect(host.requests).toBe(2);
});
