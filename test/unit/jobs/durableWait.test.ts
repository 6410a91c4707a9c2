import fc from 'fast-check';
import { createJob } from '../../../nodes/Veo/api/parse';
import {
	fetchEstimate,
	pollDurableWait,
	startDurableWait,
	suspensionMs,
	MIN_SUSPENSION_MS,
	type DurableWait,
} from '../../../nodes/Veo/jobs/durableWait';
import { callContextOf } from '../support/callContext';
import {
	aJob,
	answer,
	envelope,
	SimulatedApi,
	tooMany,
	UUID,
	VIDEO_URL,
	type Fault,
	type SimulatedJob,
} from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const MINUTE_MS = 60_000;
const UNAVAILABLE = answer(503, '<html>');

interface Scene {
	job?: Partial<SimulatedJob>;
	/** What comes in place of the answers to the first round's look, the second look and so on. */
	faults?: Array<Fault | undefined>;
	always?: Fault;
	submitted?: boolean;
	pollIntervalMs?: number;
	timeoutMs?: number;
	maxRetries?: number;
	/** How late n8n comes with each round, milliseconds. */
	lateMs?: number;
}

interface Ended {
	wait: DurableWait;
	/** When each round began, milliseconds from the submit. */
	roundsMs: number[];
	/** When each look was sent. */
	looksMs: readonly number[];
	elapsedMs: number;
}

/** Parks a simulated video's execution until the wait ends, in virtual time. */
async function simulate(scene: Scene): Promise<Ended> {
	const { submitted = true, pollIntervalMs = 5_000, timeoutMs = 15 * MINUTE_MS } = scene;
	const clock = new VirtualClock();
	const { faults = [], always, maxRetries = 5, lateMs = 0 } = scene;
	const before = submitted ? 1 : 0; // the look for the estimate
	const api = new SimulatedApi(clock, { durationMs: MINUTE_MS, ...scene.job }, 0, (look) => {
		return always ?? faults[look - before];
	});
	const job = submitted ? aJob() : createJob(UUID);
	let wait = startDurableWait(job, submitted, { pollIntervalMs, timeoutMs }, clock.now());
	const roundsMs: number[] = [];
	await clock.run(async () => {
		const callContext = callContextOf(clock, { maxRetries });
		if (submitted) wait = await fetchEstimate(api.client, wait, callContext);
		while (!wait.end) {
			await clock.sleep(suspensionMs([wait], clock.now()) + lateMs);
			roundsMs.push(clock.elapsedMs);
			// as n8n keeps it
			const stored: DurableWait = JSON.parse(JSON.stringify(wait));
			wait = await pollDurableWait(api.client, stored, callContext);
		}
	});
	return { wait, roundsMs, looksMs: api.looks, elapsedMs: clock.elapsedMs };
}

const SECONDS = 1000;
const truthful = (leftSeconds: number) => leftSeconds;

describe('a durable wait', () => {
	it('ends at the first round after the video is completed', async () => {
		const { wait, roundsMs } = await simulate({});
		expect(wait.end).toMatchObject({ outcome: 'completed', polls: 2 });
		expect(wait.end?.job.videoUrl).toBe(VIDEO_URL);
		expect(roundsMs).toEqual([66 * SECONDS]);
	});

	it('follows an estimate that proves true', async () => {
		const { roundsMs, wait } = await simulate({
			job: { durationMs: 90 * SECONDS, estimatedTime: truthful },
		});
		expect(wait.end).toMatchObject({ outcome: 'completed', polls: 2 });
		expect(roundsMs).toHaveLength(1);
		expect(roundsMs[0]).toBeLessThan(92 * SECONDS);
	});

	it('looks at the latest every two minutes, whatever an estimate says', async () => {
		const job = { durationMs: 80 * SECONDS, estimatedTime: () => 3600 };
		const { roundsMs } = await simulate({ job });
		expect(roundsMs).toHaveLength(1);
		expect(roundsMs[0]).toBeLessThanOrEqual(121 * SECONDS);
	});

	it.each([
		['a gateway in trouble', [UNAVAILABLE, UNAVAILABLE]],
		['refusals', [tooMany(2), tooMany()]],
	])('looks again in the same round after %s, at the poll interval', async (_, faults) => {
		const { wait, roundsMs, looksMs } = await simulate({ faults });
		expect(wait.end).toMatchObject({ outcome: 'completed', polls: 4 });
		expect(roundsMs).toHaveLength(1);
		for (const [index, ms] of looksMs.slice(1).entries()) {
			expect(ms - Number(looksMs[index])).toBeGreaterThanOrEqual(5 * SECONDS);
		}
	});

	it('leaves a longer outage to the next round', async () => {
		const { wait, roundsMs } = await simulate({ faults: Array(5).fill(UNAVAILABLE) });
		expect(wait.end).toMatchObject({ outcome: 'completed', polls: 7 });
		expect(roundsMs).toHaveLength(2);
	});

	it('does not hold a worker for a long poll interval', async () => {
		const pollIntervalMs = 30 * SECONDS;
		const { wait, roundsMs } = await simulate({ pollIntervalMs, faults: [UNAVAILABLE] });
		expect(wait.end).toMatchObject({ outcome: 'completed', polls: 3 });
		expect(roundsMs).toHaveLength(2);
	});

	it('is lost after more rounds in vain than retries', async () => {
		const { wait, roundsMs } = await simulate({ always: UNAVAILABLE, maxRetries: 2 });
		expect(wait.end).toMatchObject({ outcome: 'lost', failure: { kind: 'gateway' } });
		expect(roundsMs).toHaveLength(3);
	});

	it('ends at once where the id is not accepted', async () => {
		const always = envelope(1000, { status: 404 });
		const { wait, roundsMs } = await simulate({ submitted: false, always });
		expect(wait.end).toMatchObject({ outcome: 'lost', failure: { kind: 'invalidParameters' } });
		expect(roundsMs).toHaveLength(1);
	});

	it('tells of a video that failed', async () => {
		const { wait } = await simulate({ job: { endsAs: 'failed' } });
		expect(wait.end).toMatchObject({ outcome: 'failed' });
	});

	it('times out at its deadline, with a look then', async () => {
		const { wait, roundsMs } = await simulate({ job: { durationMs: 3_600 * SECONDS } });
		expect(wait.end).toMatchObject({ outcome: 'timedOut', job: { status: 'processing' } });
		expect(roundsMs.at(-1)).toBe(900 * SECONDS);
	});

	it('still looks once where n8n was down at the deadline', async () => {
		const { wait } = await simulate({ lateMs: 20 * MINUTE_MS });
		expect(wait.end).toMatchObject({ outcome: 'completed' });
	});

	it('does not begin for a job that has ended already', () => {
		const options = { pollIntervalMs: 5_000, timeoutMs: MINUTE_MS };
		const job = aJob({ status: 'completed', videoUrl: VIDEO_URL });
		expect(startDurableWait(job, true, options, 0).end).toMatchObject({ outcome: 'completed', polls: 0 });
	});
});

describe('the time to the next round', () => {
	const wait = (more: Partial<DurableWait>): DurableWait => ({
		...startDurableWait(aJob(), true, { pollIntervalMs: 5_000, timeoutMs: 900_000 }, 0),
		...more,
	});

	it('is that of the job that is expected last', () => {
		const soon = wait({ samples: [{ atMs: 0, remainingMs: 70_000, progress: null }] });
		const later = wait({ samples: [{ atMs: 0, remainingMs: 110_000, progress: null }] });
		expect(suspensionMs([soon, later, soon], 0)).toBe(111_000);
	});

	it('is never so short that n8n would hold the worker, nor does one leave such a rest', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 66, max: 5_000 }),
				fc.integer({ min: 1, max: 100 }),
				fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null }),
				(timeout, poll, left) => {
					let nowMs = 0;
					const deadlineMs = timeout * SECONDS;
					const samples = [
						{ atMs: 0, leftMs: left === null ? null : left * 1000, progress: null },
					];
					while (nowMs < deadlineMs) {
						const job = wait({ deadlineMs, pollIntervalMs: poll * SECONDS, samples });
						const gapMs = suspensionMs([job], nowMs);
						expect(gapMs).toBeGreaterThanOrEqual(Math.max(MIN_SUSPENSION_MS, poll * SECONDS));
						expect(gapMs).toBeLessThan(2 * Math.max(MIN_SUSPENSION_MS, poll * SECONDS));
						nowMs += gapMs;
					}
					// late only where the first gap is longer than the whole time
					expect(nowMs - deadlineMs).toBeLessThanOrEqual(Math.max(0, (poll - timeout) * SECONDS));
				},
			),
			{ numRuns: 500 },
		);
	});
});
