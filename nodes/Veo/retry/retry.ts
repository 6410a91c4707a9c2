import { err, type Result } from '../result';
import type { Clock } from './clock';
import type { RateLimiter } from './rateLimiter';

/** Longest backoff between two attempts, milliseconds; a longer Retry-After is added to it. */
const MAX_BACKOFF_MS = 30_000;

/** What every call of one item needs for rate limiting, retries and cancellation. */
export interface CallContext {
	clock: Clock;
	/** Shared by all calls to the same server. */
	rateLimiter: RateLimiter;
	/** A number from 0 up to 1. */
	random(): number;
	/** Maximum number of consecutive retries of one call. */
	maxRetries: number;
	/** Aborted when nothing more may be sent. */
	signal: AbortSignal;
	/** Resolves when the next call may start, so that many calls don't block the event loop. */
	turn?(): Promise<void>;
}

/** The properties of a failed call that matter for a retry. */
export interface CallError {
	/** `rateLimited` if the server throttled the call. */
	kind: string;
	/** The delay that the server requested (Retry-After). */
	retryAfterMs?: number;
}

/** A call that was given up before anything was sent. */
interface NotSent extends CallError {
	kind: 'canceled' | 'timeout';
	detail: '';
	unsent: true;
}

export const CANCELED: NotSent = { kind: 'canceled', detail: '', unsent: true };
export const DEADLINE_EXCEEDED: NotSent = { kind: 'timeout', detail: '', unsent: true };

/** Whether the server throttled the call, so that all calls have to slow down. */
export function isRateLimited({ kind }: CallError): boolean {
	return kind === 'rateLimited';
}

/**
 * The delay before the next attempt: full jitter (a random time up to a bound that doubles), so that
 * many jobs hit by one outage do not retry simultaneously, on top of what the server requested.
 * @param retriesSoFar - 0 before the first retry
 * @returns milliseconds
 */
export function backoffMs(retriesSoFar: number, random: number, retryAfterMs = 0): number {
	const maxMs = Math.min(1000 * 2 ** retriesSoFar, MAX_BACKOFF_MS);
	return retryAfterMs + random * maxMs;
}

/**
 * Sends one call as soon as the rate limiter allows it, and reports the result to the limiter.
 * @param deadlineMs - when a call that has to wait gives up, by the clock's now()
 * @returns the call's result; CANCELED or DEADLINE_EXCEEDED if it was not sent
 */
export async function sendRateLimited<T, E extends CallError>(
	call: () => Promise<Result<T, E>>,
	{ clock, rateLimiter, signal, turn }: CallContext,
	deadlineMs = Infinity,
): Promise<Result<T, E | NotSent>> {
	if (!(await rateLimiter.acquire(signal, deadlineMs))) return err(DEADLINE_EXCEEDED);
	await turn?.();
	if (signal.aborted) return err(CANCELED);
	const sentAtMs = clock.now();
	const result = await call();
	if (result.ok) rateLimiter.onSuccess(sentAtMs);
	else if (isRateLimited(result.error)) {
		rateLimiter.onThrottled(sentAtMs, result.error.retryAfterMs);
	}
	return result;
}

/**
 * Sends a call, and retries it at most `maxRetries` times while `isRetryable` allows it.
 * @param minDelayMs - between two attempts
 */
export async function sendWithRetry<T, E extends CallError>(
	call: () => Promise<Result<T, E>>,
	isRetryable: (error: E | NotSent) => boolean,
	context: CallContext,
	minDelayMs = 0,
): Promise<Result<T, E | NotSent>> {
	for (let retries = 0; ; retries++) {
		const result = await sendRateLimited(call, context);
		if (result.ok || retries >= context.maxRetries || !isRetryable(result.error)) return result;
		const { clock, random, signal } = context;
		const delayMs = backoffMs(retries, random(), result.error.retryAfterMs);
		await clock.sleep(Math.max(delayMs, minDelayMs), signal);
	}
}
