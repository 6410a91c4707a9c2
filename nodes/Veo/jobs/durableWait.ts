import type { VeoClient } from '../api/client';
import { isTransient } from '../api/errors';
import type { VideoJob } from '../api/types';
import { isRateLimited, sendRateLimited, sendWithRetry, type CallContext } from '../retry/retry';
import { lagSince, nextPollDelayMs, toSample, type StatusSample } from './pollSchedule';
import type { PollOptions, PollResult } from './polling';

/**
 * n8n keeps a wait of less than 65 s in memory, which occupies a worker (Wait node, n8n 2.41.1); one
 * second more, since it compares against the wall clock twice.
 */
export const MIN_SUSPENSION_MS = 66_000;
/** The longest, since an estimate can be wrong. */
const MAX_SUSPENSION_MS = 120_000;
/** A poll cycle occupies a worker, so a poll that keeps failing is left to the next cycle. */
const RETRIES_PER_POLL_CYCLE = 2;
const MAX_RETRY_DELAY_PER_POLL_CYCLE_MS = 10_000;
/** As many as nextPollDelayMs uses; more would only increase what n8n stores. */
const MAX_SAMPLES = 10;
/** n8n resumes an execution within this time; otherwise the clock has jumped, or n8n was down. */
const MAX_RESUME_DELAY_MS = 60_000;
/** The final poll cycle may come this much before the deadline, for clocks that differ. */
const CLOCK_SKEW_MS = 1_000;

/** The state of a wait between two poll cycles, as plain JSON, since n8n stores it in its database. */
export interface DurableWait {
	/** Its last known state. */
	job: VideoJob;
	/** Epoch milliseconds. */
	startMs: number;
	deadlineMs: number;
	pollIntervalMs: number;
	/** Status checks so far. */
	polls: number;
	/** The latest successful status checks, oldest first. */
	samples: StatusSample[];
	/** Failed poll cycles since the last successful one. */
	consecutiveFailures: number;
	/** When the next timed status check is due without a callback; undefined if it has no URL. */
	dueAtMs?: number;
	/** The end of the latest status check, if the API sends callbacks. */
	polledAtMs?: number;
	/** When the execution is planned to resume; undefined until it is suspended. */
	resumeAtMs?: number;
	/** How the wait ended; undefined while it continues. */
	result?: PollResult;
}

/**
 * Starts a durable wait.
 * @param isNew - whether the job was submitted just now: then it certainly exists
 */
export function startDurableWait(
	job: VideoJob,
	isNew: boolean,
	{ pollIntervalMs, timeoutMs }: PollOptions,
	nowMs: number,
): DurableWait {
	const samples = isNew ? [toSample(job, nowMs)] : [];
	const deadlineMs = nowMs + timeoutMs;
	const wait = { job, startMs: nowMs, deadlineMs, pollIntervalMs, samples };
	return withResult({ ...wait, polls: 0, consecutiveFailures: 0 }, nowMs);
}

/**
 * Runs one poll cycle for a job. Polls are free, so a job that is known to exist is polled until its
 * deadline (even after it, if n8n resumes too late), unless more than `maxRetries` cycles in a row
 * failed for another reason than a rate limit.
 * @returns the new state, with the result if the wait is over
 */
export async function pollDurableWait(
	client: VeoClient,
	suspended: DurableWait,
	context: CallContext,
): Promise<DurableWait> {
	if (suspended.result) return suspended;
	const { clock, maxRetries } = context;
	const wait = withoutJump(suspended, clock.now());
	const { pollIntervalMs } = wait;
	const next = { ...wait };
	const poll = async () => {
		next.polls++;
		return await client.getVideoStatus(wait.job.uuid);
	};
	const canRetry = pollIntervalMs <= MAX_RETRY_DELAY_PER_POLL_CYCLE_MS;
	const retries = canRetry ? Math.min(maxRetries, RETRIES_PER_POLL_CYCLE) : 0;
	const cycleContext = { ...context, maxRetries: retries };
	const response = await sendWithRetry(poll, isTransient, cycleContext, pollIntervalMs);
	const nowMs = clock.now();
	if (response.ok) return withSample(next, response.value, nowMs);
	const { error } = response;
	const progress = progressOf(next, nowMs);
	if (error.kind === 'canceled') return { ...next, result: { ...progress, outcome: 'canceled' } };
	// rate limiting only slows the polling down, as in process
	if (!isRateLimited(error)) next.consecutiveFailures++;
	const isPermanent = wait.samples.length === 0 && !isTransient(error);
	if (isPermanent || next.consecutiveFailures > maxRetries) {
		return { ...next, result: { ...progress, outcome: 'unreachable', error } };
	}
	return withResult(next, nowMs);
}

/**
 * Checks the status of a new job once, since only a status response contains the API's estimate, which
 * determines the first poll cycle. Any error is left to the poll cycles.
 */
export async function fetchEstimate(
	client: VeoClient,
	wait: DurableWait,
	context: CallContext,
): Promise<DurableWait> {
	if (wait.result) return wait;
	const poll = async () => await client.getVideoStatus(wait.job.uuid);
	const response = await sendRateLimited(poll, context);
	const next = { ...wait, polls: wait.polls + 1 };
	if (!response.ok) return next;
	// replaces the sample of the submit response, which has the same time
	return withSample({ ...next, samples: [] }, response.value, context.clock.now());
}

/**
 * How long to suspend the execution until the next poll cycle. The items leave the node together, so
 * the cycle comes when the last job is expected to be done. Jobs with callbacks have their own time, and
 * the cycle checks only those that are due.
 * @param waits - those without a result
 * @returns milliseconds, at least MIN_SUSPENSION_MS
 */
export function suspensionMs(waits: readonly DurableWait[], nowMs: number): number {
	let longestMs = -Infinity;
	let earliestMs = Infinity;
	for (const wait of waits) {
		if (wait.dueAtMs !== undefined) earliestMs = Math.min(earliestMs, wait.dueAtMs - nowMs);
		else longestMs = Math.max(longestMs, nextWakeUpDelayMs(wait, nowMs));
	}
	const delayMs = longestMs > 0 ? Math.min(longestMs, earliestMs) : earliestMs;
	return Number.isFinite(delayMs) ? Math.max(delayMs, MIN_SUSPENSION_MS) : MIN_SUSPENSION_MS;
}

/**
 * Moves all times of a wait by the difference between the planned and the actual time of the resume, if
 * it is large: by a jump of the clock, or by the time in which n8n was down and couldn't poll.
 */
export function withoutJump(
	{ resumeAtMs = Infinity, ...wait }: DurableWait,
	nowMs: number,
): DurableWait {
	const jumpMs = nowMs - resumeAtMs;
	if (!Number.isFinite(jumpMs) || Math.abs(jumpMs) <= MAX_RESUME_DELAY_MS) return wait;
	return {
		...wait,
		startMs: wait.startMs + jumpMs,
		deadlineMs: wait.deadlineMs + jumpMs,
		...(wait.dueAtMs !== undefined && { dueAtMs: wait.dueAtMs + jumpMs }),
		samples: wait.samples.map((sample) => ({ ...sample, atMs: sample.atMs + jumpMs })),
	};
}

/** Ensures a poll cycle at the deadline, with no delay before it shorter than n8n can suspend. */
function nextWakeUpDelayMs(
	{ samples, pollIntervalMs, deadlineMs }: DurableWait,
	nowMs: number,
): number {
	const minMs = Math.max(MIN_SUSPENSION_MS, pollIntervalMs);
	const delayMs = nextPollDelayMs(samples, minMs, MAX_SUSPENSION_MS);
	const remainingMs = deadlineMs - nowMs;
	if (remainingMs >= delayMs + minMs) return delayMs;
	return Math.max(remainingMs < 2 * minMs ? remainingMs : remainingMs / 2, minMs);
}

function withSample(wait: DurableWait, latest: VideoJob, nowMs: number): DurableWait {
	const job = { ...latest, rawFields: { ...wait.job.rawFields, ...latest.rawFields } };
	const samples = [...wait.samples, toSample(job, nowMs)].slice(-MAX_SAMPLES);
	return withResult({ ...wait, job, samples, consecutiveFailures: 0 }, nowMs);
}

/** Adds the result if the job is done or its time is up. */
function withResult(wait: DurableWait, nowMs: number): DurableWait {
	const { status } = wait.job;
	const isDone = status === 'completed' || status === 'failed';
	if (!isDone && nowMs < wait.deadlineMs - CLOCK_SKEW_MS) return wait;
	const outcome = isDone ? status : 'timedOut';
	const lag = isDone ? lagSince(wait.samples.at(-2), nowMs) : {};
	return { ...wait, result: { ...progressOf(wait, nowMs), outcome, ...lag } };
}

function progressOf({ job, polls, startMs }: DurableWait, nowMs: number) {
	return { job, polls, waitedMs: nowMs - startMs };
}
