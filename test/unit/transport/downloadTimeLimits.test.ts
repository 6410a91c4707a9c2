import {
	exceedsSizeLimit,
	isIncomplete,
	watchTimeLimits,
	type DownloadProgress,
} from '../../../nodes/Veo/transport/downloadLimits';
import { VirtualClock } from '../support/virtualClock';

const MB = 1024 ** 2;

interface Watched {
	progress?: Partial<DownloadProgress>;
	/** Bytes received in each of these seconds; nothing after them. */
	bytesAt?: (second: number) => number;
	seconds?: number;
}

/** @returns the error, and after how many seconds; undefined if the download completed */
async function watched({ progress, bytesAt = () => 0, seconds = 10_000 }: Watched) {
	const clock = new VirtualClock();
	const done = new AbortController();
	const state = { isResponding: true, isReceived: false, bytes: 0, isStoring: () => false };
	const download = { ...state, ...progress };
	for (let second = 1; second <= seconds; second++) {
		clock.after(second * 1000 - 1, () => (download.bytes += bytesAt(second)));
	}
	clock.after(seconds * 1000, () => done.abort());
	const error = await clock.run(async () => await watchTimeLimits(download, clock, done.signal));
	return error && { ...error, seconds: clock.elapsedMs / 1000 };
}

describe('time limits', () => {
	it('end a call without a response after 60 seconds', async () => {
		expect(await watched({ progress: { isResponding: false } })).toEqual({
			...{ kind: 'timeout', detail: 'No response within 60 seconds', seconds: 60 },
		});
	});

	it('end a stalled download', async () => {
		const bytesAt = (second: number) => (second <= 100 ? 50_000 : 0);
		expect(await watched({ bytesAt })).toEqual({
			...{ kind: 'timeout', detail: 'No data for 30 seconds', seconds: 130 },
		});
	});

	it.each([1, 100, 5000])('end a download of %d bytes per second', async (rate) => {
		const error = await watched({ bytesAt: () => rate });
		expect(error).toMatchObject({
			kind: 'timeout',
			detail: expect.stringMatching(/^Only \d+ bytes/),
		});
		// the base, extended by the bytes received
		const expected = 120 / (1 - rate / 10_000);
		expect(Math.abs((error?.seconds ?? 0) - expected)).toBeLessThanOrEqual(5);
	});

	it.each([10_000, 1_000_000])('allow %d bytes per second', async (rate) => {
		expect(await watched({ bytesAt: () => rate, seconds: 3_000 })).toBeUndefined();
	});

	it('allow pauses shorter than the stall limit', async () => {
		const bytesAt = (second: number) => (second % 25 === 0 ? 500_000 : 0);
		expect(await watched({ bytesAt, seconds: 3_000 })).toBeUndefined();
	});

	it('end any download after an hour', async () => {
		expect(await watched({ bytesAt: () => 1_000_000 })).toMatchObject({
			kind: 'timeout',
			seconds: 3600,
		});
	});

	it("don't depend on the wall clock", async () => {
		const clock = new VirtualClock();
		const done = new AbortController();
		const wallNow = () => Date.now() * Math.random();
		const jumping = { now: wallNow, wallNow, sleep: clock.sleep.bind(clock) };
		const state = { isResponding: true, isReceived: false, bytes: 0, isStoring: () => false };
		await clock.run(async () => await watchTimeLimits(state, jumping, done.signal));
		expect(clock.elapsedMs).toBe(30_000);
	});

	it('blame the storage if it accepts no data', async () => {
		expect(await watched({ progress: { isStoring: () => true } })).toMatchObject({
			kind: 'storage',
			seconds: 30,
		});
	});

	it('give the storage more time after the last byte', async () => {
		const progress = { isStoring: () => true, isReceived: true };
		const bytesAt = (second: number) => (second === 1 ? 5_000_000 : 0);
		expect(await watched({ progress, bytesAt, seconds: 600 })).toBeUndefined();
		expect(await watched({ progress, bytesAt })).toMatchObject({ kind: 'storage', seconds: 620 });
	});
});

describe('size limits', () => {
	it.each([
		[400 * MB, NaN, false],
		[1024 * MB, NaN, false],
		[1024 * MB + 1, NaN, true],
		[400 * MB, 400 * MB, false],
		[11 * MB, 1.5 * MB, false],
		[1500 * MB, 1.5 * MB, true],
		[26 * MB, 1.5 * MB, true],
		[10 * MB + 1, 0, true],
	])('%d bytes with a content-length of %d', (bytes, declared, expected) => {
		expect(exceedsSizeLimit(bytes, declared)).toBe(expected);
	});

	it.each([
		['all bytes', 1_000_000, 1_000_000, false],
		['no content-length', 1_000_000, NaN, false],
		['a compressed file that shrinks', 1_000_000, 900_000, false],
		['a compressed file that grows', 1_000_000, 1_001_000, false],
		['half of the bytes', 500_000, 1_000_000, true],
		['no bytes', 0, NaN, true],
	])('%s', (_, bytes, declared, expected) => {
		expect(isIncomplete(bytes, declared)).toBe(expected);
	});
});
