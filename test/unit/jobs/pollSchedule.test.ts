import fc from 'fast-check';
import {
	MAX_POLL_DELAY_MS,
	nextPollDelayMs,
	toSample,
	type StatusSample,
} from '../../../nodes/Veo/jobs/pollSchedule';
import { videoJob } from '../support/simulatedApi';

const POLL_INTERVAL_MS = 5_000;

/** What the API reports about a job. @param poll - number of the poll, 0 for the submission */
interface Reports {
	estimate?(remainingSeconds: number, poll: number): number;
	progress?(percent: number, poll: number): number;
}

interface Schedule {
	polls: number;
	/** From the job's end to the poll that detects it, seconds. */
	lagSeconds: number;
	delaysMs: number[];
}

/** Follows the schedule until the job ends. @param latencyMs - of each response */
function simulate(
	seconds: number,
	reports: Reports,
	pollIntervalMs = POLL_INTERVAL_MS,
	latencyMs = 0,
): Schedule {
	const sample = (atMs: number, poll: number): StatusSample => ({
		atMs,
		remainingMs: reports.estimate ? 1000 * reports.estimate(seconds - atMs / 1000, poll) : null,
		progress: reports.progress ? reports.progress((100 * atMs) / (1000 * seconds), poll) : null,
	});
	const samples = [sample(0, 0)];
	const delaysMs: number[] = [];
	let nowMs = 0;
	while (nowMs < 1000 * seconds) {
		const delayMs = nextPollDelayMs(samples, pollIntervalMs);
		delaysMs.push(delayMs);
		nowMs += delayMs + latencyMs;
		samples.push(sample(nowMs, samples.length));
	}
	return { polls: delaysMs.length, lagSeconds: nowMs / 1000 - seconds, delaysMs };
}

/** The polls of a workflow with a fixed interval. */
function fixedIntervalPolls(seconds: number, intervalSeconds: number): number {
	return Math.ceil(seconds / intervalSeconds);
}

/** A generator of numbers from 0 up to 1 with a seed (Park and Miller). */
function seededRandom(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const JOB_SECONDS = Array.from({ length: 120 }, (_, index) => 5 + index * 3.7);

describe('with correct estimates', () => {
	it.each([
		[30, 2, 2],
		[60, 3, 2],
		[120, 6, 2],
		[300, 12, 2],
	])('a video that takes %d s needs at most %d polls and is detected within %d s', (...row) => {
		const [seconds, maxPolls, maxLagSeconds] = row;
		const { polls, lagSeconds } = simulate(seconds, { estimate: (remaining) => remaining });
		expect(polls).toBeLessThanOrEqual(maxPolls);
		expect(lagSeconds).toBeLessThanOrEqual(maxLagSeconds);
	});

	it.each([
		['down', Math.floor],
		['up', Math.ceil],
		['to the nearest second', Math.round],
		['to the nearest ten seconds', (remaining: number) => 10 * Math.round(remaining / 10)],
	])('that are rounded %s, a video is still detected in time', (_, round) => {
		for (const seconds of JOB_SECONDS) {
			const { polls, lagSeconds } = simulate(seconds, { estimate: round }, POLL_INTERVAL_MS, 200);
			expect(lagSeconds).toBeLessThanOrEqual(10);
			expect(polls).toBeLessThanOrEqual(Math.ceil(seconds / 24) + 2);
		}
	});

	it('in whole seconds, a slow API needs 6 polls for a video that takes 120 s', () => {
		for (const round of [Math.floor, Math.ceil, Math.round]) {
			const { polls, lagSeconds } = simulate(120, { estimate: round }, POLL_INTERVAL_MS, 150);
			expect(polls).toBeLessThanOrEqual(6);
			expect(lagSeconds).toBeLessThanOrEqual(2);
		}
	});

	it('any video is detected within two seconds, or one poll interval if it is short', () => {
		for (const seconds of JOB_SECONDS) {
			const { lagSeconds } = simulate(seconds, { estimate: (remaining) => remaining });
			expect(lagSeconds).toBeLessThanOrEqual(seconds < 30 ? POLL_INTERVAL_MS / 1000 : 2);
		}
	});

	it('fewer polls are needed than at a fixed interval', () => {
		for (const seconds of [60, 120, 300, 900]) {
			const { polls } = simulate(seconds, { estimate: (remaining) => remaining });
			expect(polls).toBeLessThan(fixedIntervalPolls(seconds, 10));
		}
	});
});

describe('with progress but no estimates', () => {
	it.each([30, 60, 120, 300])('a video that takes %d s is detected within 5 s', (seconds) => {
		const { lagSeconds, polls } = simulate(seconds, { progress: (percent) => percent });
		expect(lagSeconds).toBeLessThanOrEqual(5);
		expect(polls).toBeLessThanOrEqual(fixedIntervalPolls(seconds, 5));
	});
});

describe('with wrong estimates', () => {
	const random = seededRandom(7);
	const wrongReports: Array<[string, (seconds: number) => Reports]> = [
		['three times too long', () => ({ estimate: (remaining) => 3 * remaining })],
		['three times too short', () => ({ estimate: (remaining) => remaining / 3 })],
		['always the initial one', (seconds) => ({ estimate: () => seconds })],
		['always a minute', () => ({ estimate: () => 60 })],
		['always zero', () => ({ estimate: () => 0 })],
		['always a year', () => ({ estimate: () => 31_536_000 })],
		['increasing', () => ({ estimate: (_, poll) => 30 * poll })],
		['random', () => ({ estimate: () => 600 * random(), progress: () => 100 * random() })],
		['alternately short and long', () => ({ estimate: (_, poll) => (poll % 2 ? 3 : 600) })],
		[
			'inconsistent with the progress',
			() => ({ estimate: (remaining) => 3 * remaining, progress: () => 99 }),
		],
		['replaced by 99% progress', () => ({ progress: (percent) => Math.min(99, 2 * percent) })],
		['replaced by decreasing progress', () => ({ progress: (percent) => 100 - percent })],
	];
	it.each(wrongReports)(
		'(%s) any video is detected within 30 s, without excess polls',
		(...row) => {
			const [, reportsFor] = row;
			for (const seconds of JOB_SECONDS) {
				const { lagSeconds, delaysMs, polls } = simulate(seconds, reportsFor(seconds));
				expect(lagSeconds).toBeLessThanOrEqual(30);
				expect(Math.min(...delaysMs)).toBeGreaterThanOrEqual(POLL_INTERVAL_MS);
				expect(polls).toBeLessThanOrEqual(fixedIntervalPolls(seconds, 5));
			}
		},
	);
});

describe('without estimates', () => {
	it('no video is detected later than by polling every 10 s, or with more polls than every 5 s', () => {
		for (const seconds of JOB_SECONDS) {
			const { lagSeconds, polls } = simulate(seconds, {});
			expect(lagSeconds).toBeLessThanOrEqual(10);
			expect(polls).toBeLessThanOrEqual(fixedIntervalPolls(seconds, 5));
		}
	});

	it('the delay increases slowly from one to almost two poll intervals', () => {
		const { delaysMs } = simulate(300, {});
		expect(delaysMs[0]).toBe(POLL_INTERVAL_MS);
		expect(delaysMs.at(-1)).toBe(1.9 * POLL_INTERVAL_MS);
		for (const [index, delayMs] of delaysMs.entries()) {
			expect(delayMs).toBeGreaterThanOrEqual(delaysMs[index - 1] ?? 0);
		}
	});

	it('a job without a status response is polled after the poll interval', () => {
		expect(nextPollDelayMs([], 7_000)).toBe(7_000);
	});
});

describe('for any report of the API', () => {
	const ordinary = fc.double({ min: 0, max: 100_000, noNaN: true });
	const report = fc.record({
		passedMs: fc.integer({ min: 0, max: 100_000 }),
		remainingMs: fc.option(
			fc.oneof(ordinary, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
		),
		progress: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
	});
	const anySamples = fc.array(report, { maxLength: 30 }).map((reports) => {
		let atMs = Date.UTC(2026, 0, 1);
		return reports.map(({ passedMs, ...rest }): StatusSample => {
			atMs += passedMs;
			return { atMs, ...rest };
		});
	});
	const anyPollIntervalMs = fc.oneof(
		fc.integer({ min: 1_000, max: 120_000 }),
		fc.double({ min: 1_000, max: 40_000, noNaN: true }),
	);

	it('the delay is at least the poll interval, and at most 30 s', () => {
		fc.assert(
			fc.property(anySamples, anyPollIntervalMs, (samples, pollIntervalMs) => {
				const delayMs = nextPollDelayMs(samples, pollIntervalMs);
				expect(delayMs).toBeGreaterThanOrEqual(pollIntervalMs);
				expect(delayMs).toBeLessThanOrEqual(Math.max(MAX_POLL_DELAY_MS, pollIntervalMs));
			}),
			{ numRuns: 5_000 },
		);
	});

	it.each<[string, StatusSample[]]>([
		['an infinite estimate', [{ atMs: 0, remainingMs: Infinity, progress: null }]],
		[
			'the smallest possible progress',
			[
				{ atMs: 0, remainingMs: null, progress: 0 },
				{ atMs: 5_000, remainingMs: null, progress: 5e-324 },
			],
		],
	])('%s keeps the delay within its limits', (_, samples) => {
		const delayMs = nextPollDelayMs(samples, POLL_INTERVAL_MS);
		expect(delayMs).toBeGreaterThanOrEqual(POLL_INTERVAL_MS);
		expect(delayMs).toBeLessThanOrEqual(MAX_POLL_DELAY_MS);
	});
});

describe('a status sample', () => {
	it('contains the estimate in milliseconds, and the progress', () => {
		expect(toSample(videoJob({ estimatedTime: 90, progress: 25 }), 1_000)).toEqual({
			atMs: 1_000,
			remainingMs: 90_000,
			progress: 25,
		});
	});

	it('contains null for a missing estimate and progress', () => {
		expect(toSample(videoJob(), 1_000)).toEqual({
			atMs: 1_000,
			remainingMs: null,
			progress: null,
		});
	});
});
