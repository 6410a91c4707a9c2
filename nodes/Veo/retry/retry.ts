import type { Clock } from './clock';
import {
	failed,
	isRefusal,
	mayHaveBeenAccepted,
	mayPass,
	type Answer,
	type Failure,
} from '../api/errors';
import type { Pace } from './rateLimiter';

/** Longest pause between two tries, milliseconds. */
const MAX_BACKOFF_MS = 30_000;

/** What a call needs to be repeated with care; one for all calls of a run of the node. */
export interface Patience {
	clock: Clock;
	pace: Pace;
	/** A number from 0 up to 1. */
	random(): number;
	/** Consecutive repetitions of one call. */
	maxRetries: number;
	/** Aborted when nothing more may be sent. */
	signal: AbortSignal;
}

/** A call that may simply be repeated: a look, an upload. */
export function mayRepeat(failure: Failure): boolean {
	return mayPass(failure);
}

/** A call that costs money when it is accepted: repeated only where it cannot have been. */
export function mayRepeatPaid(failure: Failure): boolean {
	return mayPass(failure) && !mayHaveBeenAccepted(failure);
}

/**
 * How long to wait before the next try: full jitter (a random time up to a bound that doubles), so
 * that many jobs hit by one outage do not come back all at once; never less than the server asked.
 * @param retriesSoFar - 0 before the first repetition
 * @returns milliseconds
 */
export function backoffMs(retriesSoFar: number, random: number, askedMs = 0): number {
	const bound = Math.min(1000 * 2 ** retriesSoFar, MAX_BACKOFF_MS);
	return askedMs + random * bound;
}

export const STOPPED: Failure = { kind: 'stopped', detail: '', unsent: true };
export const TOO_LATE: Failure = { kind: 'timeout', detail: '', unsent: true };

/**
 * Sends one call when the common pace allows it, and tells the pace what came of it.
 * @param latestMs - epoch milliseconds after which it is not sent any more
 * @returns the call's answer; STOPPED or TOO_LATE where it was not sent
 */
export async function sendOnce<T>(
	call: () => Promise<Answer<T>>,
	{ clock, pace, signal }: Patience,
	latestMs = Infinity,
): Promise<Answer<T>> {
	do {
		const slotMs = pace.reserve();
		if (slotMs > latestMs) return failed(TOO_LATE);
		await clock.sleep(slotMs - clock.now(), signal);
		if (signal.aborted) return failed(STOPPED);
		// another call may have been refused while this one waited for its slot
	} while (pace.isHeld);
	const sentMs = clock.now();
	const answer = await call();
	if (answer.ok) pace.accepted();
	else if (isRefusal(answer.failure)) pace.refused(sentMs, answer.failure.retryAfterMs);
	return answer;
}

/**
 * Sends a call, and again while `repeatable` allows it, at most `maxRetries` times more.
 * @param leastPauseMs - between two tries
 */
export async function sendPatiently<T>(
	call: () => Promise<Answer<T>>,
	repeatable: (failure: Failure) => boolean,
	patience: Patience,
	leastPauseMs = 0,
): Promise<Answer<T>> {
	for (let retries = 0; ; retries++) {
		const answer = await sendOnce(call, patience);
		if (answer.ok || retries >= patience.maxRetries || !repeatable(answer.failure)) return answer;
		const { clock, random, signal } = patience;
		const pauseMs = backoffMs(retries, random(), answer.failure.retryAfterMs);
		await clock.sleep(Math.max(pauseMs, leastPauseMs), signal);
	}
}
