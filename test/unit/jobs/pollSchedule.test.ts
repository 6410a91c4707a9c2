import fc from 'fast-check';
import { MAX_POLL_DELAY_MS, nextPollDelayMs, toSample, type StatusSample } from '../../../nodes/Veo/jobs/pollSchedule';
import { aJob } from '../support/simulatedApi';

const POLL_MS = 5_000;

/** What the API says at an age of the job, seconds; undefined for nothing. */
interface Telling {
	estimate?(leftSeconds: number, look: number): number;
	progress?(percent: number, look: number): number;
}

interface Watch {
	looks: number;
	/** From the job's end to the look that saw it, seconds. */
	lagSeconds: number;
	gapsMs: number[];
}

/** Follows the schedule through a job's life. @param latencyMs - of each answer */
function watch(seconds: number, telling: Telling, pollMs = POLL_MS, latencyMs = 0): Watch {
	const look = (atMs: number, index: number): StatusSample => ({
		atMs,
		remainingMs: telling.estimate ? 1000 * telling.estimate(seconds - atMs / 1000, index) : null,
		progress: telling.progress ? telling.progress((100 * atMs) / (1000 * seconds), index) : null,
	});
	const samples = [look(0, 0)];
	const gapsMs: number[] = [];
	let nowMs = 0;
	while (nowMs < 1000 * seconds) {
		const gapMs = nextPollDelayMs(samples, pollMs);
		gapsMs.push(gapMs);
		nowMs += gapMs + latencyMs;
		samples.push(look(nowMs, samples.length));
	}
	return { looks: gapsMs.length, lagSeconds: nowMs / 1000 - seconds, gapsMs };
}

/** Looks at a fixed interval, as people build it by hand. */
function watchFixed(seconds: number, everySeconds: number): Watch {
	const looks = Math.ceil(seconds / everySeconds);
	return { looks, lagSeconds: looks * everySeconds - seconds, gapsMs: [] };
}

/** Numbers from 0 up to 1 that are the same in every run. */
function chance(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const JOB_SECONDS = Array.from({ length: 120 }, (_, index) => 5 + index * 3.7);

describe('with an estimate that is true', () => {
	it.each([
		[30, 2, 2],
		[60, 3, 2],
		[120, 6, 2],
		[300, 12, 2],
	])('a video of %d s takes at most %d looks and is seen within %d s', (seconds, looks, lag) => {
		const seen = watch(seconds, { estimate: (left) => left });
		expect(seen.looks).toBeLessThanOrEqual(looks);
		expect(seen.lagSeconds).toBeLessThanOrEqual(lag);
	});

	it.each([
		['down', Math.floor],
		['up', Math.ceil],
		['to the nearest second', Math.round],
		['to the nearest ten seconds', (left: number) => 10 * Math.round(left / 10)],
	])('that is rounded %s, a video is seen in time as well', (_, round) => {
		for (const seconds of JOB_SECONDS) {
			const { looks, lagSeconds } = watch(seconds, { estimate: round }, POLL_MS, 200);
			expect(lagSeconds).toBeLessThanOrEqual(10);
			expect(looks).toBeLessThanOrEqual(Math.ceil(seconds / 24) + 2);
		}
	});

	it('a video of 120 s with whole seconds and slow answers is seen within 2 s in 6 looks', () => {
		for (const round of [Math.floor, Math.ceil, Math.round]) {
			const seen = watch(120, { estimate: round }, POLL_MS, 150);
			expect(seen.looks).toBeLessThanOrEqual(6);
			expect(seen.lagSeconds).toBeLessThanOrEqual(2);
		}
	});

	it('any video is seen within two seconds, or one gap of the user', () => {
		for (const seconds of JOB_SECONDS) {
			const { lagSeconds } = watch(seconds, { estimate: (left) => left });
			expect(lagSeconds).toBeLessThanOrEqual(seconds < 30 ? POLL_MS / 1000 : 2);
		}
	});

	it('far fewer looks are needed than at a fixed interval', () => {
		for (const seconds of [60, 120, 300, 900]) {
			const { looks } = watch(seconds, { estimate: (left) => left });
			expect(looks).toBeLessThan(watchFixed(seconds, 10).looks);
		}
	});
});

describe('with progress alone', () => {
	it.each([30, 60, 120, 300])('a video of %d s is seen within 5 s', (seconds) => {
		const { lagSeconds, looks } = watch(seconds, { progress: (percent) => percent });
		expect(lagSeconds).toBeLessThanOrEqual(5);
		expect(looks).toBeLessThanOrEqual(watchFixed(seconds, 5).looks);
	});
});

describe('with an estimate that is a lie', () => {
	const random = chance(7);
	const estimateDistortion: Array<[string, Telling]> = [
		['three times too long', { estimate: (left) => 3 * left }],
		['three times too short', { estimate: (left) => left / 3 }],
		['frozen at the truth of the beginning', {}],
		['frozen at a minute', { estimate: () => 60 }],
		['frozen at nothing', { estimate: () => 0 }],
		['frozen at a year', { estimate: () => 31_536_000 }],
		['growing', { estimate: (_, look) => 30 * look }],
		['random', { estimate: () => 600 * random(), progress: () => 100 * random() }],
		['jumping between soon and late', { estimate: (_, look) => (look % 2 ? 3 : 600) }],
		['contradicted by progress', { estimate: (left) => 3 * left, progress: () => 99 }],
		['stuck at 99 %', { progress: (percent) => Math.min(99, 2 * percent) }],
		['going backwards', { progress: (percent) => 100 - percent }],
	];
	it.each(estimateDistortion)('%s, no video is seen more than 30 s late, nor looked at too often', (_, lie) => {
		for (const seconds of JOB_SECONDS) {
			const frozen = lie.estimate || lie.progress ? lie : { estimate: () => seconds };
			const { lagSeconds, gapsMs, looks } = watch(seconds, frozen);
			expect(lagSeconds).toBeLessThanOrEqual(30);
			expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(POLL_MS);
			expect(looks).toBeLessThanOrEqual(watchFixed(seconds, 5).looks);
		}
	});
});

describe('without any estimate', () => {
	it('no video is seen later than by looking every 10 s, with no more looks than every 5 s', () => {
		for (const seconds of JOB_SECONDS) {
			const { lagSeconds, looks } = watch(seconds, {});
			expect(lagSeconds).toBeLessThanOrEqual(10);
			expect(looks).toBeLessThanOrEqual(watchFixed(seconds, 5).looks);
		}
	});

	it('the gap grows slowly from once to nearly twice the poll interval', () => {
		const { gapsMs } = watch(300, {});
		expect(gapsMs[0]).toBe(POLL_MS);
		expect(gapsMs.at(-1)).toBe(1.9 * POLL_MS);
		for (const [index, gapMs] of gapsMs.entries()) {
			expect(gapMs).toBeGreaterThanOrEqual(gapsMs[index - 1] ?? 0);
		}
	});

	it('a job of which nothing has been seen is looked at after the poll interval', () => {
		expect(nextPollDelayMs([], 7_000)).toBe(7_000);
	});
});

describe('whatever an API says', () => {
	const ordinary = fc.double({ min: 0, max: 100_000, noNaN: true });
	const seen = fc.record({
		passedMs: fc.integer({ min: 0, max: 100_000 }),
		leftMs: fc.option(
			fc.oneof(ordinary, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
		),
		progress: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
	});
	const life = fc.array(seen, { maxLength: 30 }).map((looks) => {
		let atMs = Date.UTC(2026, 0, 1);
		return looks.map(({ passedMs, ...rest }): StatusSample => ({ atMs: (atMs += passedMs), ...rest }));
	});
	const pollMs = fc.oneof(
		fc.integer({ min: 1_000, max: 120_000 }),
		fc.double({ min: 1_000, max: 40_000, noNaN: true }),
	);

	it('two looks are never closer than the poll interval, nor further apart than 30 s', () => {
		fc.assert(
			fc.property(life, pollMs, (samples, pollIntervalMs) => {
				const gapMs = nextPollDelayMs(samples, pollIntervalMs);
				expect(gapMs).toBeGreaterThanOrEqual(pollIntervalMs);
				expect(gapMs).toBeLessThanOrEqual(Math.max(MAX_POLL_DELAY_MS, pollIntervalMs));
			}),
			{ numRuns: 5_000 },
		);
	});

	it.each<[string, StatusSample[]]>([
		['an estimate beyond all numbers', [{ atMs: 0, remainingMs: Infinity, progress: null }]],
		[
			'progress too small to count',
			[
				{ atMs: 0, remainingMs: null, progress: 0 },
				{ atMs: 5_000, remainingMs: null, progress: 5e-324 },
			],
		],
	])('%s leaves the gap between its bounds', (_, samples) => {
		const gapMs = nextPollDelayMs(samples, POLL_MS);
		expect(gapMs).toBeGreaterThanOrEqual(POLL_MS);
		expect(gapMs).toBeLessThanOrEqual(MAX_POLL_DELAY_MS);
	});
});

describe('a sighting', () => {
	it('keeps what the API said, in milliseconds', () => {
		expect(toSample(aJob({ estimatedTime: 90, progress: 25 }), 1_000)).toEqual({
			atMs: 1_000,
			leftMs: 90_000,
			progress: 25,
		});
	});

	it('keeps that it said nothing', () => {
		expect(toSample(aJob(), 1_000)).toEqual({ atMs: 1_000, leftMs: null, progress: null });
	});
});
