/**
 * Moments of a download that last no longer than a few turns of the event loop. The host and the
 * sockets are real, and so is n8n's HTTP client, axios; n8n's store would not wait for the moment.
 */
import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';
import { systemClock } from '../../../nodes/Veo/transport/send';
import { downloadVideo } from '../../../nodes/Veo/transport/download';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import type { VideoJob } from '../../../nodes/Veo/api/types';
import { listen } from '../../../scripts/lib/ports';

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

async function read(stream: unknown): Promise<IBinaryData> {
	let bytes = 0;
	if (stream instanceof Readable) for await (const chunk of stream) bytes += chunk.length;
	return { data: '', mimeType: 'video/mp4', bytes };
}

/** @param parts - of n8n's helpers, in place of the above */
async function download(parts: {
	signal?: AbortSignal;
	httpRequest?: typeof request;
	prepareBinaryData?: typeof read;
}): Promise<IBinaryData | undefined> {
	const job: VideoJob = {
		...{ uuid: 'a-video', status: 'completed', progress: 100, estimatedTime: 0 },
		...{ failureReason: null, rawFields: {}, videoUrl },
	};
	const { signal = new AbortController().signal, ...helpers } = parts;
	const run = {
		node: {
			...{ id: 'veo', name: 'Veo', type: 'veo', typeVersion: 1, parameters: {} },
			position: [0, 0] satisfies [number, number],
		},
		functions: { helpers: { httpRequest: request, prepareBinaryData: read, ...helpers } },
		downloadPatience: () => ({
			...{ clock: systemClock, pace: new RateLimiter(systemClock), maxRetries: 1, signal },
			random: () => 0,
		}),
	};
	return (await downloadVideo(run, 0, job, { property: 'data', fileName: '' })).data;
}

test('a video arrives whole', async () => {
	expect(await download({})).toMatchObject({ bytes: BYTES });
});

test('a stop before anybody reads is told as a stop', async () => {
	const stop = new AbortController();
	const stopped = download({
		signal: stop.signal,
		prepareBinaryData: async (stream) => {
			stop.abort();
			await sleep(50);
			return await read(stream);
		},
	});
	await expect(stopped).rejects.toMatchObject({ context: { reason: 'stopped' } });
});

test('a connection that breaks before anybody reads goes unheard by nobody', async () => {
	let requests = 0;
	const binary = await download({
		httpRequest: async (options) => {
			if (++requests > 1) return await request(options);
			// a bare stream: axios would listen to its own, an uncaught error fails the test
			const body = new Readable({ read() {} });
			setTimeout(() => body.destroy(new Error('broken')), 10);
			return { body, statusCode: 200, headers: {} };
		},
		prepareBinaryData: async (stream) => {
			await sleep(50);
			return await read(stream);
		},
	});
	expect(binary).toMatchObject({ bytes: BYTES });
});

test('a connection that is gone by the time of the answer is tried again', async () => {
	let requests = 0;
	const binary = await download({
		httpRequest: async (options) => {
			const response = await request(options);
			if (++requests === 1) response.body.destroy();
			return response;
		},
	});
	expect(binary).toMatchObject({ bytes: BYTES });
	expect(requests).toBe(2);
});

test('an answer that comes too late is let go', async () => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
	const bodies: Readable[] = [];
	try {
		const lost = download({
			httpRequest: async () => {
				const body = new Readable({ read() {} });
				bodies.push(body);
				await systemClock.sleep(61_000);
				return { body, statusCode: 200, headers: {} };
			},
		});
		const told = expect(lost).rejects.toMatchObject({ context: { reason: 'timeout' } });
		await jest.advanceTimersByTimeAsync(200_000);
		await told;
	} finally {
		jest.useRealTimers();
	}
	expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});
