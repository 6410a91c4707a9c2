/** The host of the videos: what a download client has to cope with. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import axios from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import { apiOf, type Envelope, failureOf, statusOf, submit } from './support';

let sandbox: Sandbox;
let url: string;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(async () => {
	url = `${sandbox.origin}/videos/${await sandbox.createJob({ status: 'completed' })}.mp4`;
});
afterEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.close());

const fetchVideo = async (range?: string, from = url) =>
	await axios.get<Buffer>(from, {
		responseType: 'arraybuffer',
		validateStatus: () => true,
		headers: range === undefined ? {} : { range },
	});

/** The names of an MP4's outermost boxes, with their lengths adding up to the whole. */
function boxesOf(file: Buffer): string[] {
	const names: string[] = [];
	let at = 0;
	while (at < file.length) {
		names.push(file.toString('latin1', at + 4, at + 8));
		at += file.readUInt32BE(at);
	}
	expect(at).toBe(file.length);
	return names;
}

describe('a video', () => {
	test('is an MP4 with its index in front', async () => {
		const { status, headers, data } = await fetchVideo();
		expect(status).toBe(200);
		expect(headers).toMatchObject({
			'content-type': 'video/mp4',
			'content-length': String(data.length),
			'accept-ranges': 'bytes',
		});
		const boxes = boxesOf(data);
		expect(boxes[0]).toBe('ftyp');
		expect(boxes.indexOf('moov')).toBeGreaterThan(0);
		expect(boxes.indexOf('moov')).toBeLessThan(boxes.indexOf('mdat'));
		expect(data.length).toBeLessThan(200_000);
	});

	test('is upright for 9:16 and lying for 16:9 and auto', async () => {
		const hashes = new Map<string, string>();
		for (const aspectRatio of ['auto', '16:9', '9:16']) {
			const uuid = await submit(apiOf(sandbox), { aspectRatio });
			const { data } = (await apiOf(sandbox).get<Envelope>(statusOf(uuid))).data;
			const video = await fetchVideo(undefined, String(data.videoUrl));
			hashes.set(aspectRatio, createHash('sha256').update(video.data).digest('hex'));
		}
		expect(hashes.get('auto')).toBe(hashes.get('16:9'));
		expect(hashes.get('9:16')).not.toBe(hashes.get('16:9'));
	});

	test('is not there before it is completed, or for an unknown id', async () => {
		const running = await sandbox.createJob({ status: 'processing', jobSeconds: 1000 });
		for (const id of [running, 'unknown']) {
			expect((await fetchVideo(undefined, `${sandbox.origin}/videos/${id}.mp4`)).status).toBe(404);
		}
	});

	test('needs no key, and a key that was sent is noticed', async () => {
		await fetchVideo();
		await axios.get(url, { headers: { authorization: 'Bearer sandbox-key' } });
		const visits = await sandbox.journal({ endpoint: 'video' });
		expect(visits.map(({ hasAuthorization, status }) => [hasAuthorization, status])).toEqual([
			[false, 200],
			[true, 200],
		]);
	});

	test('answers HEAD with its length and no body', async () => {
		const { status, headers, data } = await axios.head<string>(url);
		expect([status, data]).toEqual([200, '']);
		expect(headers['content-length']).toBe(String((await fetchVideo()).data.length));
	});

	test('has its URL on another host if the sandbox is told so', async () => {
		await sandbox.settings({ publicUrl: 'http://localhost:1' });
		const uuid = await submit(apiOf(sandbox));
		const { data } = (await apiOf(sandbox).get<Envelope>(statusOf(uuid))).data;
		expect(data.videoUrl).toBe(`http://localhost:1/videos/${uuid}.mp4`);
	});
});

describe('parts of a video', () => {
	test.each([
		['the beginning', 'bytes=0-99', 0, 100],
		['the middle', 'bytes=1000-1999', 1000, 2000],
		['the rest', 'bytes=5000-', 5000, undefined],
		['the end', 'bytes=-64', -64, undefined],
		['more than there is', 'bytes=100-999999999', 100, undefined],
	])('%s', async (_name, range, start, end) => {
		const whole = (await fetchVideo()).data;
		const part = await fetchVideo(range);
		expect(part.status).toBe(206);
		expect(part.data.equals(whole.subarray(start, end))).toBe(true);
		const first = start < 0 ? whole.length + start : start;
		const last = first + part.data.length - 1;
		expect(part.headers['content-range']).toBe(`bytes ${first}-${last}/${whole.length}`);
	});

	test('a range behind the end is 416 with the length', async () => {
		const { length } = (await fetchVideo()).data;
		const { status, headers } = await fetchVideo(`bytes=${length}-`);
		expect([status, headers['content-range']]).toEqual([416, `bytes */${length}`]);
	});

	test.each(['bytes=9-2', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-'])(
		'a range that makes no sense here (%s) is ignored',
		async (range) => {
			expect((await fetchVideo(range)).status).toBe(200);
		},
	);
});

describe('a video of any length', () => {
	test('is the sample and a box that players skip', async () => {
		await sandbox.settings({ videoBytes: 1_000_000 });
		const { data } = await fetchVideo();
		expect(data.length).toBe(1_000_000);
		expect(boxesOf(data).at(-1)).toBe('free');
		const part = await fetchVideo('bytes=100000-300000');
		expect(part.data.equals(data.subarray(100_000, 300_001))).toBe(true);
	});

	test('may be longer than any memory', async () => {
		const bytes = 6 * 2 ** 40;
		await sandbox.settings({ videoBytes: bytes });
		const { data, headers } = await axios.get<Readable>(url, { responseType: 'stream' });
		expect(headers['content-length']).toBe(String(bytes));
		let read = 0;
		for await (const chunk of data) {
			read += Buffer.from(chunk).length;
			if (read > 5_000_000) break;
		}
		expect((await fetchVideo('bytes=-16')).data.equals(Buffer.alloc(16))).toBe(true);
	});
});

describe('faults on the way', () => {
	test('cut: the length is promised, half of it comes', async () => {
		const whole = (await fetchVideo()).data.length;
		await sandbox.fault({ endpoint: 'video', fault: { kind: 'cut' } });
		const { data, headers } = await axios.get<IncomingMessage>(url, { responseType: 'stream' });
		let read = 0;
		const reading = (async () => {
			for await (const chunk of data) read += Buffer.from(chunk).length;
		})();
		await expect(reading).rejects.toThrow();
		expect(headers['content-length']).toBe(String(whole));
		expect(read).toBe(Math.floor(whole / 2));
		expect(await sandbox.journal({ endpoint: 'video', fault: 'cut' })).toMatchObject([
			{ status: null },
		]);
	});

	test('gateway, redirect and raw answers come in the place of the video', async () => {
		await sandbox.fault(
			{ endpoint: 'video', fault: { kind: 'gateway', httpStatus: 503, retryAfter: '2' } },
			{ endpoint: 'video', fault: { kind: 'redirect', location: `${url}?again` } },
			{
				endpoint: 'video',
				fault: { kind: 'raw', httpStatus: 200, contentType: 'text/html', body: 'sold' },
			},
		);
		expect((await fetchVideo()).headers['retry-after']).toBe('2');
		expect((await fetchVideo()).data.toString()).toBe('sold');
		const paths = (await sandbox.journal({ endpoint: 'video' })).map(({ query }) => query);
		expect(paths).toEqual([{}, {}, { again: '' }]);
	});

	test('resetBefore, hang, slow and drip', async () => {
		await sandbox.fault(
			{ endpoint: 'video', fault: { kind: 'resetBefore' } },
			{ endpoint: 'video', fault: { kind: 'hang' } },
			{ endpoint: 'video', fault: { kind: 'slow', ms: 50 } },
			{ endpoint: 'video', fault: { kind: 'drip', ms: 50 } },
		);
		expect(await failureOf(axios.get(url))).toBe('ECONNRESET');
		expect(await failureOf(axios.get(url, { timeout: 100 }))).toBe('ECONNABORTED');
		const timed = async () => {
			const start = Date.now();
			const { data } = await fetchVideo();
			return { data, ms: Date.now() - start };
		};
		const [slow, dripped, plain] = [await timed(), await timed(), await timed()];
		expect(slow.data.equals(plain.data) && dripped.data.equals(plain.data)).toBe(true);
		// timers may fire a millisecond early
		expect(Math.min(slow.ms, dripped.ms)).toBeGreaterThanOrEqual(49);
	});
});
