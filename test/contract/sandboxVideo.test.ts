/** The host of the videos, with the responses that a download client must handle. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import axios from 'axios';

import { useSandbox } from '../harness/sandbox';
import { type Envelope, networkErrorOf, statusPath, submit } from './support/api';

let url: string;

const setup = useSandbox({ jobSeconds: 0 });
beforeEach(async () => {
	url = `${setup.sandbox.origin}/videos/${await setup.sandbox.createJob({ status: 'completed' })}.mp4`;
});

const fetchVideo = async (range?: string, from = url) =>
	await axios.get<Buffer>(from, {
		responseType: 'arraybuffer',
		validateStatus: () => true,
		headers: range === undefined ? {} : { range },
	});

/** The names of the top-level boxes of an MP4. Their lengths must add up to the file length. */
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
	test('is an MP4 with the index first', async () => {
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

	test('is portrait for 9:16 and landscape for 16:9 and auto', async () => {
		const hashes = new Map<string, string>();
		for (const aspectRatio of ['auto', '16:9', '9:16']) {
			const uuid = await submit(setup.api, { aspectRatio });
			const { data } = (await setup.api.get<Envelope>(statusPath(uuid))).data;
			const video = await fetchVideo(undefined, String(data.videoUrl));
			hashes.set(aspectRatio, createHash('sha256').update(video.data).digest('hex'));
		}
		expect(hashes.get('auto')).toBe(hashes.get('16:9'));
		expect(hashes.get('9:16')).not.toBe(hashes.get('16:9'));
	});

	test('is not found before it is completed, or for an unknown ID', async () => {
		const running = await setup.sandbox.createJob({ status: 'processing', jobSeconds: 1000 });
		for (const id of [running, 'unknown']) {
			expect((await fetchVideo(undefined, `${setup.sandbox.origin}/videos/${id}.mp4`)).status).toBe(
				404,
			);
		}
	});

	test('requires no key, and the journal records if one was sent', async () => {
		await fetchVideo();
		await axios.get(url, { headers: { authorization: 'Bearer sandbox-key' } });
		const entries = await setup.sandbox.journal({ endpoint: 'video' });
		expect(entries.map(({ hasAuthorization, status }) => [hasAuthorization, status])).toEqual([
			[false, 200],
			[true, 200],
		]);
	});

	test('returns its length and no body for HEAD', async () => {
		const { status, headers, data } = await axios.head<string>(url);
		expect([status, data]).toEqual([200, '']);
		expect(headers['content-length']).toBe(String((await fetchVideo()).data.length));
	});

	test('has a URL with the origin of the setting publicUrl', async () => {
		await setup.sandbox.settings({ publicUrl: 'http://localhost:1' });
		const uuid = await submit(setup.api);
		const { data } = (await setup.api.get<Envelope>(statusPath(uuid))).data;
		expect(data.videoUrl).toBe(`http://localhost:1/videos/${uuid}.mp4`);
	});
});

describe('ranges of a video', () => {
	test.each([
		['the beginning', 'bytes=0-99', 0, 100],
		['the middle', 'bytes=1000-1999', 1000, 2000],
		['the rest', 'bytes=5000-', 5000, undefined],
		['the end', 'bytes=-64', -64, undefined],
		['beyond the end', 'bytes=100-999999999', 100, undefined],
	])('%s', async (_name, range, start, end) => {
		const whole = (await fetchVideo()).data;
		const part = await fetchVideo(range);
		expect(part.status).toBe(206);
		expect(part.data.equals(whole.subarray(start, end))).toBe(true);
		const first = start < 0 ? whole.length + start : start;
		const last = first + part.data.length - 1;
		expect(part.headers['content-range']).toBe(`bytes ${first}-${last}/${whole.length}`);
	});

	test('a range that starts after the end returns 416 with the length', async () => {
		const { length } = (await fetchVideo()).data;
		const { status, headers } = await fetchVideo(`bytes=${length}-`);
		expect([status, headers['content-range']]).toEqual([416, `bytes */${length}`]);
	});

	test.each(['bytes=9-2', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-'])(
		'an unsupported range (%s) is ignored',
		async (range) => {
			expect((await fetchVideo(range)).status).toBe(200);
		},
	);
});

describe('a video of any length', () => {
	test('consists of the sample and a box that players skip', async () => {
		await setup.sandbox.settings({ videoBytes: 1_000_000 });
		const { data } = await fetchVideo();
		expect(data.length).toBe(1_000_000);
		expect(boxesOf(data).at(-1)).toBe('free');
		const part = await fetchVideo('bytes=100000-300000');
		expect(part.data.equals(data.subarray(100_000, 300_001))).toBe(true);
	});

	test('can be larger than the available memory', async () => {
		const bytes = 6 * 2 ** 40;
		await setup.sandbox.settings({ videoBytes: bytes });
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

describe('download faults', () => {
	test('cut: half of the content length arrives', async () => {
		const whole = (await fetchVideo()).data.length;
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'cut' } });
		const { data, headers } = await axios.get<IncomingMessage>(url, { responseType: 'stream' });
		let read = 0;
		const reading = (async () => {
			for await (const chunk of data) read += Buffer.from(chunk).length;
		})();
		await expect(reading).rejects.toThrow();
		expect(headers['content-length']).toBe(String(whole));
		expect(read).toBe(Math.floor(whole / 2));
		expect(await setup.sandbox.journal({ endpoint: 'video', fault: 'cut' })).toMatchObject([
			{ status: null },
		]);
	});

	test('gateway, redirect and raw responses replace the video', async () => {
		await setup.sandbox.fault(
			{ endpoint: 'video', fault: { kind: 'gateway', httpStatus: 503, retryAfter: '2' } },
			{ endpoint: 'video', fault: { kind: 'redirect', location: `${url}?redirected` } },
			{
				endpoint: 'video',
				fault: { kind: 'raw', httpStatus: 200, contentType: 'text/html', body: 'replaced' },
			},
		);
		expect((await fetchVideo()).headers['retry-after']).toBe('2');
		expect((await fetchVideo()).data.toString()).toBe('replaced');
		const queries = (await setup.sandbox.journal({ endpoint: 'video' })).map(({ query }) => query);
		expect(queries).toEqual([{}, {}, { redirected: '' }]);
	});

	test('resetBefore, hang, slow and drip', async () => {
		await setup.sandbox.fault(
			{ endpoint: 'video', fault: { kind: 'resetBefore' } },
			{ endpoint: 'video', fault: { kind: 'hang' } },
			{ endpoint: 'video', fault: { kind: 'slow', ms: 50 } },
			{ endpoint: 'video', fault: { kind: 'drip', ms: 50 } },
		);
		expect(await networkErrorOf(axios.get(url))).toBe('ECONNRESET');
		expect(await networkErrorOf(axios.get(url, { timeout: 100 }))).toBe('ECONNABORTED');
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
