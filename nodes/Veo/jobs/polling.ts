import { STATUS_TIMEOUT_MS, type VeoClient } from '../api/client';
import { isTransient, type VeoError } from '../api/errors';
import type { VideoJob } from '../api/types';
import {
	backoffMs,
	DEADLINE_EXCEEDED,
	isRateLimited,
	sendRateLimited,
	type CallContext,
} from '../retry/retry';
import { lagSince, nextPollDelayMs, toSample, type StatusSample } from './pollSchedule';

/** How long the response to a poll that is sent at the deadline may take. */
const FINAL_POLL_TIMEOUT_MS = 2_000;
/** How late after the deadline the final poll may be sent, for a timer or interval that ends then. */
export const FINAL_POLL_GRACE_MS = 250;
/** A poll that exceeds its timeout by more shows a stall: a suspended process or a blocked event loop. */
const STALL_MS = 1_500;

export interface PollOptions {
	/** Shortest time between two polls, milliseconds. */
	pollIntervalMs: number;
	/** Time limit, milliseconds; the final poll is sent at this time, later only after a stall. */
	timeoutMs: number;
}

/**
 * How the polling ended. `job` is its last known state. `lagMs` is the longest possible time between the
 * end of the job and its detection: the time since the status check before. Absent if there was none.
 */
export type PollResult = { job: VideoJob; polls: number; waitedMs: number; lagMs?: number } & (
	| { outcome: 'completed' | 'failed' | 'timedOut' | 'canceled' }
	| { outcome: 'unreachable'; error: VeoError }
);

/**
 * Polls a job until it is done, the time is up, the execution is canceled, or more than `maxRetries`
 * polls in a row failed. Polls are free, so a job that is known to exist is polled until then; rate
 * limiting (1003, 429) only slows the polling down. Never two polls simultaneously.
 * @param initial - the last known state of the job
 * @param isNew - whether it was submitted just now: then it certainly exists, and the first poll
 *   comes after a delay. Otherwise (an ID from the user, or from an earlier attempt) the first poll
 *   comes immediately, and a permanent error, such as a rejected key, ends the polling.
 */
export async function pollUntilDone(
	client: VeoClient,
	initial: VideoJob,
	isNew: boolean,
	{ pollIntervalMs, timeoutMs }: PollOptions,
	context: CallContext,
): Promise<PollResult> {
	const { clock, signal, random, maxRetries } = context;
	const startMs = clock.now();
	let deadlineMs = startMs + timeoutMs;
	const samples: StatusSample[] = isNew ? [toSample(initial, startMs)] : [];
	let job = initial;
	let polls = 0;
	let consecutiveFailures = 0;
	let nextPollMs = startMs + (isNew ? nextPollDelayMs(samples, pollIntervalMs) : 0);
	let earliestMs = startMs;
	const progress = () => ({ job, polls, waitedMs: clock.now() - startMs });

	for (;;) {
		// a poll that is due after the deadline is moved forward to it, unless that is too early
		if (earliestMs > deadlineMs + FINAL_POLL_GRACE_MS)
			return { ...progress(), outcome: 'timedOut' };
		const pollAtMs = Math.max(Math.min(nextPollMs, deadlineMs), earliestMs);
		await clock.sleep(pollAtMs - clock.now(), signal);
		if (signal.aborted) return { ...progress(), outcome: 'canceled' };

		// after a stall, the rate limiter may still need a moment
		deadlineMs = Math.max(deadlineMs, clock.now());
		let sentMs = deadlineMs;
		let responseMs = 0;
		const poll = async () => {
			// the rate limiter may have delayed the poll, or a stall past the deadline
			sentMs = clock.now();
			const remainingMs = Math.max(deadlineMs - sentMs, 0);
			responseMs = Math.min(remainingMs + FINAL_POLL_TIMEOUT_MS, STATUS_TIMEOUT_MS);
			return await client.getVideoStatus(job.uuid, responseMs);
		};
		const result = await sendRateLimited(poll, context, deadlineMs + FINAL_POLL_GRACE_MS);
		if (!result.ok && result.error === DEADLINE_EXCEEDED) {
			return { ...progress(), outcome: 'timedOut' };
		}
		polls++;
		earliestMs = clock.now() + pollIntervalMs;
		// the response is old then, or the poll failed because of it
		const isStalled = clock.now() - sentMs > responseMs + STALL_MS;
		if (isStalled && sentMs + pollIntervalMs <= deadlineMs) {
			earliestMs = Math.max(clock.now(), sentMs + pollIntervalMs);
			deadlineMs = Math.max(deadlineMs, earliestMs);
		}
		if (result.ok) {
			job = { ...result.value, rawFields: { ...job.rawFields, ...result.value.rawFields } };
			const { status } = job;
			if (status === 'completed' || status === 'failed') {
				return { ...progress(), outcome: status, ...lagSince(samples.at(-1), clock.now()) };
			}
			consecutiveFailures = 0;
			samples.push(toSample(job, clock.now()));
			nextPollMs = clock.now() + nextPollDelayMs(samples, pollIntervalMs);
			continue;
		}
		const { error } = result;
		if (error.kind === 'canceled') return { ...progress(), outcome: 'canceled' };
		if (!isRateLimited(error) && !isStalled) consecutiveFailures++;
		const isPermanent = samples.length === 0 && !isTransient(error);
		if (isPermanent || consecutiveFailures > maxRetries) {
			return { ...progress(), outcome: 'unreachable', error };
		}
		const delayMs = backoffMs(Math.max(consecutiveFailures - 1, 0), random(), error.retryAfterMs);
		nextPollMs = clock.now() + delayMs;
	}
}
