import type { Clock } from './clock';

/** Interval between two calls after the first throttled one, milliseconds. */
const INITIAL_INTERVAL_MS = 200;
/** Smallest factor by which one successful call reduces the interval. */
const RECOVERY_FACTOR = 0.8;
/** The interval is halved in this time at the fastest, so that waiting calls never form a burst. */
const RECOVERY_HALF_LIFE_MS = 500;
/** Longest interval between two calls, milliseconds. */
const MAX_INTERVAL_MS = 5_000;
/** A shorter interval counts as none. */
const MIN_INTERVAL_MS = 2;

/**
 * Client-side rate limiter for all calls of one execution. A throttled call (1003, HTTP 429) pauses
 * all calls and doubles the interval between them; each successful call reduces it, as in TCP
 * congestion control. Calls wait in order of arrival, and none has a fixed time, so that a shorter
 * interval applies to all that wait. Without throttling it never delays a call.
 */
export class RateLimiter {
	private intervalMs = 0;
	private sentAtMs = -Infinity;
	private throttledAtMs = -Infinity;
	private pausedUntilMs = -Infinity;
	/** When a success last reduced the interval. */
	private reducedAtMs = -Infinity;
	/** The calls that wait, in order; aborting one wakes it. The first waits for its time. */
	private readonly queue = new Set<AbortController>();

	constructor(private readonly clock: Clock) {}

	/**
	 * Waits until a call may be sent, or until the signal is aborted.
	 * @param deadlineMs - when a call that has to wait gives up, by the clock's now(). A call that needs
	 *   no wait may be sent even later: a stall may have delayed it.
	 * @returns false if the call can't be sent by the deadline
	 */
	async acquire(signal: AbortSignal, deadlineMs = Infinity): Promise<boolean> {
		const { clock, queue } = this;
		if (this.pausedUntilMs > deadlineMs) return false;
		const turn = new AbortController();
		const wake = () => turn.abort(WOKEN);
		const isFirst = queue.size === 0;
		queue.add(turn);
		try {
			if (!isFirst) {
				signal.addEventListener('abort', wake, { once: true });
				await clock.sleep(deadlineMs - clock.now(), turn.signal);
				if (!turn.signal.aborted) return false;
			}
			while (!signal.aborted) {
				const nowMs = clock.now();
				const dueMs = Math.max(this.sentAtMs + this.intervalMs, this.pausedUntilMs);
				if (dueMs <= nowMs) {
					this.sentAtMs = nowMs;
					return true;
				}
				if (dueMs > deadlineMs) return false;
				// another call may be throttled meanwhile
				await clock.sleep(dueMs - nowMs, signal);
			}
			return true;
		} finally {
			signal.removeEventListener('abort', wake);
			queue.delete(turn);
			const [next] = queue;
			next?.abort(WOKEN);
		}
	}

	/**
	 * @param sentAtMs - when the call was sent: calls that were in flight when the interval was last
	 *   increased give no information about the longer one
	 * @param retryAfterMs - the delay that the server requested, if any
	 */
	onThrottled(sentAtMs: number, retryAfterMs = 0): void {
		const nowMs = this.clock.now();
		if (sentAtMs >= this.throttledAtMs) {
			this.intervalMs = Math.min(
				Math.max(this.intervalMs * 2, INITIAL_INTERVAL_MS),
				MAX_INTERVAL_MS,
			);
			this.throttledAtMs = nowMs;
		}
		this.pausedUntilMs = Math.max(
			this.pausedUntilMs,
			nowMs + Math.max(retryAfterMs, this.intervalMs),
		);
		this.reducedAtMs = this.pausedUntilMs;
	}

	/** @param sentAtMs - when the call was sent, as for onThrottled() */
	onSuccess(sentAtMs: number): void {
		if (this.intervalMs === 0 || sentAtMs < this.throttledAtMs) return;
		const nowMs = this.clock.now();
		const passedMs = Math.max(nowMs - this.reducedAtMs, 0);
		this.intervalMs *= Math.max(RECOVERY_FACTOR, 2 ** (-passedMs / RECOVERY_HALF_LIFE_MS));
		if (this.intervalMs < MIN_INTERVAL_MS) this.intervalMs = 0;
		this.reducedAtMs = Math.max(this.reducedAtMs, nowMs);
	}
}

/** Created once: without a reason, each abort would create an error with its stack trace. */
const WOKEN = new Error('woken');
