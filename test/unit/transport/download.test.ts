/**
 * Tests of events within a few turns of the event loop. The host, the sockets and n8n's HTTP client
 * (axios) are real. n8n's binary data storage is replaced, since it could not be paused at that moment.
 */
import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';
import type { DownloadError } from '../../../nodes/Veo/api/downloadErrors';
import type { Result } from '../../../nodes/Veo/result';
import { createClock } from '../../../nodes/Veo/transport/clock';
import { downloadFile } from '../../../nodes/Veo/transport/download';
import { listen } from '../../../scripts/lib/ports';
import { createCallContext } from '../support/callContext';

const systemClock = createClock();

const BYTES = 300_000;

let host: Server;
let videoUrl: string;
beforeAll(async () => {
	host = createServer((_, response) => {
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': BYTES });
		response.write(Buffer.alloc(BYTES / 3));
		setTimeout(() => response.end(Buffer.alloc((BYTES / 3) * 2)), 100);
	});
	videoUrl = `${await listen(host)}/a.mp4`;
});
afterAll(() => {
	host.closeAllConnections();
	host.close();
});

async function request({ url, abortSignal }: IHttpRequestOptions) {
	const { data, status, headers } = await axios.get<Readable>(url, {
		responseType: 'stream',
		signal: abortSignal,
	});
	return { body: data, statusCode: status, headers: { ...headers } };
}

async function store(stream: unknown): Promise<IBinaryData> {
	let bytes = 0;
	if (stream instanceof Readable) for await (const chunk of stream) bytes += chunk.length;
	return { data: '', mimeType: 'video/mp4', bytes };
}

/** @param overrides - replace the above helpers of n8n */
async function download({
	signal = new AbortController().signal,
	...overrides
}: {
	signal?: AbortSignal;
	httpRequest?: typeof request;
	prepareBinaryData?: typeof store;
}): Promise<Result<IBinaryData, DownloadError>> {
	const helpers = { httpRequest: request, prepareBinaryData: store, ...overrides };
	const context = createCallContext(systemClock, { maxRetries: 1, signal, random: () => 0 });
	return await downloadFile(helpers, { url: videoUrl, name: () => 'a-video.mp4' }, context);
}

const COMPLETE = { ok: true, value: { bytes: BYTES } };

test('a user gets the complete video', async () => {
	expect(await download({})).toMatchObject(COMPLETE);
});

test('a user who cancels before the stream is read gets the result canceled', async () => {
	const controller = new AbortController();
	const result = await download({
		signal: controller.signal,
		prepareBinaryData: async (stream) => {
			controller.abort();
			await sleep(50);
			return await store(stream);
		},
	});
	expect(result).toMatchObject({ ok: false, error: { kind: 'canceled' } });
});

test('a connection that breaks before the stream is read causes no unhandled error', async () => {
	let requests = 0;
	const result = await download({
		httpRequest: async (options) => {
			if (++requests > 1) return await request(options);
			// a stream without listeners, unlike that of axios: an unhandled error fails the test
			const body = new Readable({ read() {} });
			setTimeout(() => body.destroy(new Error('connection broken')), 10);
			return { body, statusCode: 200, headers: {} };
		},
		prepareBinaryData: async (stream) => {
			await sleep(50);
			return await store(stream);
		},
	});
	expect(result).toMatchObject(COMPLETE);
});

test('a download is retried if its connection is closed when the response arrives', async () => {
	let requests = 0;
	const result = await download({
		httpRequest: async (options) => {
			const response = await request(options);
			if (++requests === 1) response.body.destroy();
			return response;
		},
	});
	expect(result).toMatchObject(COMPLETE);
	expect(requests).toBe(2);
});

test('a response that arrives after the timeout is destroyed', async () => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
	const bodies: Readable[] = [];
	try {
		const downloading = download({
			httpRequest: async () => {
				const body = new Readable({ read() {} });
				bodies.push(body);
				await systemClock.sleep(61_000);
				return { body, statusCode: 200, headers: {} };
			},
		});
		await jest.advanceTimersByTimeAsync(200_000);
		expect(await downloading).toMatchObject({ ok: false, error: { kind: 'timeout' } });
	} finally {
		jest.useRealTimers();
	}
	expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});
