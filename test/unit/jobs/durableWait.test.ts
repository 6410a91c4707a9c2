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
import { createCallContext } from '../support/callContext';
import {
	envelope,
	httpResponse,
	rateLimited,
	SimulatedApi,
	UUID,
	VIDEO_URL,
	videoJob,
	type Fault,
	type SimulatedJob,
} from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const UNAVAILABLE = httpResponse(503, '<html>');

interface Scenario {
	job?: Partial<SimulatedJob>;
	/** Replace the responses to the polls, from the first poll cycle on. */
	faults?: Array<Fault | undefined>;
	everyPoll?: Fault;
	isNew?: boolean;
	pollIntervalMs?: number;
	timeoutMs?: number;
	maxRetries?: number;
	/** How late n8n resumes the execution, milliseconds. */
	resumeDelayMs?: number;
	/** A jump of the wall clock, milliseconds from the submission. */
	jump?: { afterMs: number; byMs: number };
}

interface Simulation {
	wait: DurableWait;
	/** When each poll cycle started, milliseconds from the submission. */
	cyclesMs: number[];
	/** When each poll was sent. */
	pollTimesMs: readonly number[];
}

/** n8n compares the planned time with the wall clock once a minute. */
async function resumeAt(clock: VirtualClock, wallMs: number): Promise<void> {
	for (;;) {
		const remainingMs = wallMs - clock.wallNow();
		if (remainingMs <= 0) return;
		await clock.sleep(Math.min(remainingMs, MINUTE_MS));
	}
}

/** More than any simulated wait needs. */
const MAX_CYCLES = 1_000;

/** Runs a durable wait for a simulated video in virtual time. */
async function simulate(scenario: Scenario): Promise<Simulation> {
	const { isNew = true, pollIntervalMs = 5_000, timeoutMs = 15 * MINUTE_MS } = scenario;
	const { faults = [], everyPoll, maxRetries = 5, resumeDelayMs = 0, jump } = scenario;
	const clock = new VirtualClock();
	const estimatePolls = isNew ? 1 : 0;
	const api = new SimulatedApi(clock, { durationMs: MINUTE_MS, ...scenario.job }, 0, (poll) => {
		return everyPoll ?? faults[poll - estimatePolls];
	});
	const job = isNew ? videoJob() : createJob(UUID);
	let wait = startDurableWait(job, isNew, { pollIntervalMs, timeoutMs }, clock.now());
	const cyclesMs: number[] = [];
	let nowMs = clock.now();
	if (jump) clock.after(jump.afterMs, () => clock.jumpWallClock(jump.byMs));
	await clock.run(async () => {
		const callContext = createCallContext(clock, { maxRetries });
		if (isNew) wait = await fetchEstimate(api.client, wait, callContext);
		while (!wait.result) {
			const delayMs = suspensionMs([wait], nowMs);
			await resumeAt(clock, clock.wallNow() + delayMs);
			await clock.sleep(resumeDelayMs);
			cyclesMs.push(clock.elapsedMs);
			if (cyclesMs.length > MAX_CYCLES) throw new Error('The wait does not end');
			// n8n stores it as JSON
			const stored: DurableWait = JSON.parse(
				JSON.stringify({ ...wait, resumeAtMs: nowMs + delayMs }),
			);
			const execution = clock.forExecution();
			wait = await pollDurableWait(
				api.client,
				stored,
				createCallContext(execution, { maxRetries }),
			);
			nowMs = execution.now();
		}
	});
	return { wait, cyclesMs, pollTimesMs: api.pollTimesMs };
}

describe('a durable wait', () => {
	it('ends at the first poll cycle after the video is completed', async () => {
		const { wait, cyclesMs } = await simulate({});
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 2 });
		expect(wait.result?.job.videoUrl).toBe(VIDEO_URL);
		expect(cyclesMs).toEqual([66 * SECOND_MS]);
	});

	it('follows a correct estimate', async () => {
		const { cyclesMs, wait } = await simulate({
			job: { durationMs: 90 * SECOND_MS, estimatedTime: (remaining) => remaining },
		});
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 2 });
		expect(cyclesMs).toHaveLength(1);
		expect(cyclesMs[0]).toBeLessThan(92 * SECOND_MS);
	});

	it('polls at least every two minutes, regardless of the estimate', async () => {
		const job = { durationMs: 80 * SECOND_MS, estimatedTime: () => 3600 };
		const { cyclesMs } = await simulate({ job });
		expect(cyclesMs).toHaveLength(1);
		expect(cyclesMs[0]).toBeLessThanOrEqual(121 * SECOND_MS);
	});

	it.each([
		['an unavailable gateway', [UNAVAILABLE, UNAVAILABLE]],
		['rate limiting', [rateLimited(2), rateLimited()]],
	])('retries within the same poll cycle after %s, at the poll interval', async (_, faults) => {
		const { wait, cyclesMs, pollTimesMs } = await simulate({ faults });
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 4 });
		expect(cyclesMs).toHaveLength(1);
		for (const [index, ms] of pollTimesMs.slice(1).entries()) {
			expect(ms - Number(pollTimesMs[index])).toBeGreaterThanOrEqual(5 * SECOND_MS);
		}
	});

	it('leaves a longer outage to the next poll cycle', async () => {
		const { wait, cyclesMs } = await simulate({ faults: Array(5).fill(UNAVAILABLE) });
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 7 });
		expect(cyclesMs).toHaveLength(2);
	});

	it('does not occupy a worker for a long poll interval', async () => {
		const pollIntervalMs = 30 * SECOND_MS;
		const { wait, cyclesMs } = await simulate({ pollIntervalMs, faults: [UNAVAILABLE] });
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 3 });
		expect(cyclesMs).toHaveLength(2);
	});

	it('ends after more failed poll cycles than retries', async () => {
		const { wait, cyclesMs } = await simulate({ everyPoll: UNAVAILABLE, maxRetries: 2 });
		expect(wait.result).toMatchObject({ outcome: 'unreachable', error: { kind: 'gateway' } });
		expect(cyclesMs).toHaveLength(3);
	});

	it('continues until its deadline during a rate limit, as in process', async () => {
		const { wait, cyclesMs } = await simulate({ everyPoll: rateLimited(), maxRetries: 2 });
		expect(wait.result).toMatchObject({ outcome: 'timedOut' });
		expect(cyclesMs.length).toBeGreaterThan(3);
	});

	it('ends at the first poll cycle if the API rejects the ID from the user', async () => {
		const everyPoll = envelope(1000, { status: 404 });
		const { wait, cyclesMs } = await simulate({ isNew: false, everyPoll });
		const error = { kind: 'invalidParameters' };
		expect(wait.result).toMatchObject({ outcome: 'unreachable', error });
		expect(cyclesMs).toHaveLength(1);
	});

	it('reports a failed video', async () => {
		const { wait } = await simulate({ job: { endsAs: 'failed' } });
		expect(wait.result).toMatchObject({ outcome: 'failed' });
	});

	it('times out at its deadline, with a final poll', async () => {
		const { wait, cyclesMs } = await simulate({ job: { durationMs: 3_600 * SECOND_MS } });
		expect(wait.result).toMatchObject({ outcome: 'timedOut', job: { status: 'processing' } });
		expect(cyclesMs.at(-1)).toBe(900 * SECOND_MS);
	});

	it('polls once more if n8n was down at the deadline', async () => {
		const { wait } = await simulate({ resumeDelayMs: 20 * MINUTE_MS });
		expect(wait.result).toMatchObject({ outcome: 'completed' });
	});

	it.each([-60, -5, 5, 60])('survives a jump of the clock by %d minutes', async (minutes) => {
		const jump = { afterMs: 100 * SECOND_MS, byMs: minutes * MINUTE_MS };
		const video = { durationMs: 800 * SECOND_MS };
		const { wait } = await simulate({ job: video, jump });
		expect(wait.result).toMatchObject({ outcome: 'completed' });
		const endless = await simulate({ job: { durationMs: Infinity }, jump });
		expect(endless.wait.result).toMatchObject({ outcome: 'timedOut' });
		const lateMs = Number(endless.cyclesMs.at(-1)) - 900 * SECOND_MS;
		// n8n itself resumes the execution late after a jump back
		expect(Math.abs(lateMs)).toBeLessThanOrEqual(
			120 * SECOND_MS + Math.max(0, -minutes * MINUTE_MS),
		);
		expect(endless.wait.result?.waitedMs).toBeLessThanOrEqual(1_000 * SECOND_MS);
	});

	it('is not shortened by the time in which n8n was down', async () => {
		const job = { durationMs: 25 * MINUTE_MS };
		const { wait, cyclesMs } = await simulate({ job, resumeDelayMs: 20 * MINUTE_MS });
		expect(wait.result).toMatchObject({ outcome: 'completed' });
		expect(cyclesMs).toHaveLength(2);
	});

	it('counts the usual delay of n8n as part of the timeout', async () => {
		const job = { durationMs: Infinity };
		const { wait, cyclesMs } = await simulate({ job, resumeDelayMs: 50 * SECOND_MS });
		expect(wait.result).toMatchObject({ outcome: 'timedOut' });
		expect(cyclesMs.at(-1)).toBeLessThanOrEqual(1_050 * SECOND_MS);
	});

	it('ends immediately for a job that is already completed', () => {
		const options = { pollIntervalMs: 5_000, timeoutMs: MINUTE_MS };
		const job = videoJob({ status: 'completed', videoUrl: VIDEO_URL });
		const { result } = startDurableWait(job, true, options, 0);
		expect(result).toMatchObject({ outcome: 'completed', polls: 0 });
	});
});

describe('the suspension', () => {
	const createWait = (overrides: Partial<DurableWait>): DurableWait => ({
		...startDurableWait(videoJob(), true, { pollIntervalMs: 5_000, timeoutMs: 900_000 }, 0),
		...overrides,
	});

	it('lasts until the last job is expected to be done', () => {
		const soon = createWait({ samples: [{ atMs: 0, remainingMs: 70_000, progress: null }] });
		const later = createWait({ samples: [{ atMs: 0, remainingMs: 110_000, progress: null }] });
		expect(suspensionMs([soon, later, soon], 0)).toBe(111_000);
	});

	it('never is, nor leaves, a time so short that n8n would keep the worker occupied', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 66, max: 5_000 }),
				fc.integer({ min: 1, max: 100 }),
				fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null }),
				(timeout, pollInterval, remaining) => {
					let nowMs = 0;
					const deadlineMs = timeout * SECOND_MS;
					const pollIntervalMs = pollInterval * SECOND_MS;
					const remainingMs = remaining === null ? null : remaining * SECOND_MS;
					const samples = [{ atMs: 0, remainingMs, progress: null }];
					const minMs = Math.max(MIN_SUSPENSION_MS, pollIntervalMs);
					while (nowMs < deadlineMs) {
						const delayMs = suspensionMs(
							[createWait({ deadlineMs, pollIntervalMs, samples })],
							nowMs,
						);
						expect(delayMs).toBeGreaterThanOrEqual(minMs);
						expect(delayMs).toBeLessThan(2 * minMs);
						nowMs += delayMs;
					}
					// late only if the first delay is longer than the timeout
					expect(nowMs - deadlineMs).toBeLessThanOrEqual(Math.max(0, pollIntervalMs - deadlineMs));
				},
			),
			{ numRuns: 500 },
		);
	});
});
