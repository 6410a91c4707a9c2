import { nextCheckMs } from '../../../nodes/Veo/jobs/callbackSchedule';
import { isNamed, resumeDurableWait, type Callback } from '../../../nodes/Veo/jobs/callbackWait';
import {
	MIN_SUSPENSION_MS,
	startDurableWait,
	suspensionMs,
	type DurableWait,
} from '../../../nodes/Veo/jobs/durableWait';
import type { StatusSample } from '../../../nodes/Veo/jobs/pollSchedule';
import { createCallContext } from '../support/callContext';
import { httpResponse, SimulatedApi, UUID, videoJob, type Fault } from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const OPTIONS = { pollIntervalMs: 5_000, timeoutMs: 30 * MINUTE_MS };

const callback = (text: string, namesVideo = text.includes(UUID)): Callback => ({
	text,
	namesVideo,
});
const TRUE_CALLBACK = callback(`{"uuid":"${UUID}"}`);
const OTHER_CALLBACK = callback('{"uuid":"of another video"}', true);
const UNNAMED_CALLBACK = callback('{}');

interface Scenario {
	/** When the execution resumes, milliseconds after the submission. */
	atMs: number;
	/** When it was planned to. */
	plannedMs?: number;
	/** The callback that resumes it; the timer does without one. */
	callback?: Callback;
	durationMs?: number;
	wait?: Partial<DurableWait>;
	maxRetries?: number;
	everyPoll?: Fault;
}

/** Resumes the wait for a video once. */
async function resume(scenario: Scenario) {
	const { atMs, plannedMs = atMs, durationMs = MINUTE_MS, maxRetries = 5 } = scenario;
	const clock = new VirtualClock();
	const startMs = clock.now();
	const api = new SimulatedApi(clock, { durationMs }, 0, () => scenario.everyPoll);
	const started = startDurableWait(videoJob(), true, OPTIONS, startMs);
	const resumeAtMs = startMs + plannedMs;
	const dueAtMs = nextCheckMs(started, startMs);
	const suspended = { ...started, dueAtMs, resumeAtMs, ...scenario.wait };
	let wait: DurableWait = suspended;
	await clock.run(async () => {
		await clock.sleep(atMs);
		const context = createCallContext(clock, { maxRetries });
		wait = await resumeDurableWait(api.client, suspended, scenario.callback, context);
	});
	const dueInMs = wait.dueAtMs === undefined ? undefined : wait.dueAtMs - clock.now();
	return { suspended, wait, dueInMs, polls: api.pollTimesMs.length };
}

describe('a durable wait that ends on a callback', () => {
	it('ends with one status check if the callback is true', async () => {
		const { wait, polls } = await resume({
			atMs: MINUTE_MS,
			plannedMs: 120_000,
			callback: TRUE_CALLBACK,
		});
		expect(wait.result).toMatchObject({ outcome: 'completed', polls: 1, waitedMs: MINUTE_MS });
		expect(polls).toBe(1);
	});

	it('continues after a callback that is not true, and checks again within a minute', async () => {
		const { wait, dueInMs } = await resume({
			atMs: 30_000,
			plannedMs: 120_000,
			callback: TRUE_CALLBACK,
		});
		expect(wait.result).toBeUndefined();
		expect(dueInMs).toBe(MINUTE_MS);
	});

	it.each([
		['that names another video, once', OTHER_CALLBACK, 0, 1],
		['that names another video, after a status check', OTHER_CALLBACK, 1, 0],
		['that names no video', UNNAMED_CALLBACK, 1, 1],
	])('handles a callback %s', async (_, other, polls, expected) => {
		const result = await resume({ atMs: 30_000, callback: other, wait: { polls } });
		expect(result.polls).toBe(expected);
		expect(result.wait.result).toBeUndefined();
	});

	it('keeps the poll interval after five status checks, and makes up for the callback', async () => {
		const clock = new VirtualClock();
		const polledAtMs = clock.now() + 28_000;
		const paced = await resume({
			atMs: 30_000,
			callback: TRUE_CALLBACK,
			wait: { polls: 5, polledAtMs },
		});
		expect(paced).toMatchObject({ polls: 0, dueInMs: 0 });
		const early = await resume({
			atMs: 30_000,
			callback: TRUE_CALLBACK,
			wait: { polls: 4, polledAtMs },
		});
		expect(early.polls).toBe(1);
		const late = await resume({
			atMs: 33_000,
			callback: TRUE_CALLBACK,
			wait: { polls: 5, polledAtMs },
		});
		expect(late.polls).toBe(1);
	});

	it('does not give up a video because of callbacks during an outage', async () => {
		const everyPoll = httpResponse(503, '<html>');
		const resumed = await resume({
			atMs: 30_000,
			callback: TRUE_CALLBACK,
			everyPoll,
			maxRetries: 0,
		});
		expect(resumed.wait).toMatchObject({ consecutiveFailures: 0, polls: 1 });
		expect(resumed.wait.result).toBeUndefined();
		const timed = await resume({ atMs: 120_000, everyPoll, maxRetries: 0 });
		expect(timed.wait.result?.outcome).toBe('unreachable');
	});

	it('is checked by the timer only when it is due', async () => {
		expect((await resume({ atMs: 66_000 })).polls).toBe(0);
		const due = await resume({ atMs: 120_000 });
		expect(due.wait.result?.outcome).toBe('completed');
	});

	it('is not shortened or prolonged by a callback before the planned time', async () => {
		const { wait, suspended } = await resume({
			...{ atMs: 10_000, plannedMs: 20 * MINUTE_MS, callback: TRUE_CALLBACK },
		});
		expect(wait.deadlineMs).toBe(suspended.deadlineMs);
	});

	it('is prolonged by the time in which n8n could not be resumed', async () => {
		const scenario = { atMs: 20 * MINUTE_MS, plannedMs: 2 * MINUTE_MS, durationMs: Infinity };
		const { wait, suspended } = await resume({ ...scenario, callback: TRUE_CALLBACK });
		expect(wait.deadlineMs - suspended.deadlineMs).toBe(18 * MINUTE_MS);
	});

	it('is checked when it is due, even if callbacks for other videos resume it before the timer', async () => {
		const { suspended, wait, polls } = await resume({
			...{ atMs: 120_000, callback: OTHER_CALLBACK, wait: { polls: 1 }, durationMs: Infinity },
		});
		expect(polls).toBe(1);
		expect(wait.dueAtMs).toBeGreaterThan(suspended.dueAtMs);
	});

	it('times out at its deadline without a callback', async () => {
		const { timeoutMs } = OPTIONS;
		const dueAtMs = new VirtualClock().now() + timeoutMs;
		const scenario = { atMs: timeoutMs, durationMs: Infinity, wait: { dueAtMs } };
		expect((await resume(scenario)).wait.result?.outcome).toBe('timedOut');
	});
});

test('a callback names a video regardless of the case of its ID', () => {
	expect(isNamed('ABC-1', { text: '{"id":"abc-1"}' })).toBe(true);
	expect(isNamed('ABC-1', { text: '{"id":"abc-2"}' })).toBe(false);
});

const sample = (atMs: number, remainingSeconds: number | null): StatusSample => ({
	...{ atMs, progress: null },
	remainingMs: remainingSeconds === null ? null : remainingSeconds * SECOND_MS,
});

describe('the next timed status check', () => {
	const DEADLINE_MS = 60 * MINUTE_MS;

	it.each<[string, StatusSample[], number, number]>([
		['without an estimate', [sample(0, null)], 0, 120],
		['without an estimate, after the first', [sample(0, null)], 1, 300],
		['without an estimate, later', [sample(0, null)], 7, 600],
		['half a minute after the estimated end', [sample(0, 90)], 0, 120],
		['after a long estimate', [sample(0, 480)], 1, 510],
		['after an absurd estimate', [sample(0, 1e9)], 1, 600],
		['after an estimate that does not fall', [sample(-60_000, 90), sample(0, 90)], 1, 300],
	])('%s', (_, samples, polls, seconds) => {
		const wait = { samples, polls, deadlineMs: DEADLINE_MS };
		expect(nextCheckMs(wait, 0)).toBe(seconds * SECOND_MS);
	});

	it('comes at the deadline rather than after it, or just before it', () => {
		const wait = { samples: [sample(0, null)], polls: 0 };
		expect(nextCheckMs({ ...wait, deadlineMs: 100_000 }, 0)).toBe(100_000);
		expect(nextCheckMs({ ...wait, deadlineMs: 170_000 }, 0)).toBe(170_000);
		expect(nextCheckMs({ ...wait, deadlineMs: 190_000 }, 0)).toBe(120_000);
	});
});

describe('the suspension', () => {
	const nowMs = new VirtualClock().now();
	const regular = startDurableWait(videoJob({ estimatedTime: 100 }), true, OPTIONS, nowMs);
	const dueIn = (seconds: number) => ({ ...regular, dueAtMs: nowMs + seconds * SECOND_MS });

	it.each<[string, DurableWait[], number]>([
		['ends when the first video is due', [dueIn(300), dueIn(120)], 120_000],
		['is never shorter than n8n allows', [dueIn(5), dueIn(300)], MIN_SUSPENSION_MS],
		['ends before for a video without a URL', [dueIn(300), regular], 101_000],
		['ends for a video that is due before one without a URL', [dueIn(80), regular], 80_000],
	])('%s', (_, waits, expected) => {
		expect(suspensionMs(waits, nowMs)).toBe(expected);
	});
});
