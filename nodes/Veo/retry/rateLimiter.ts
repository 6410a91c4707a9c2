import type { Clock } from './clock';

/** Interval between two calls after the first throttled one, milliseconds. */
const INITIAL_INTERVAL_MS = 200;
/** Factor by which a successful call reduces the interval. */
const RECOVERY_FACTOR = 0.8;
/** Longest interval between two calls, milliseconds. */
const MAX_INTERVAL_MS = 5_000;
/** A shorter interval counts as none. */
const MIN_INTERVAL_MS = 20;

/**
 * Client-side rate limiter for all calls of one execution. A throttled call (1003, HTTP 429) pauses
 * all calls and doubles the interval between them; each successful call reduces it, as in TCP
 * congestion control. Without throttling it never delays a call.
 */
export class RateLimiter {
	private intervalMs = 0;
	private nextSlotMs = 0;
	private throttledAtMs = -Infinity;
	private pausedUntilMs = -Infinity;

	constructor(private readonly clock: Clock) {}

	/** Reserves the next free slot. @returns its time, epoch milliseconds (now or later) */
	reserve(): number {
		const slotMs = Math.max(this.clock.now(), this.nextSlotMs);
		this.nextSlotMs = slotMs + this.intervalMs;
		return slotMs;
	}

	/**
	 * @param sentAtMs - when the call was sent, epoch milliseconds: calls that were in flight when the
	 *   interval was last increased give no information about the longer one
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
		this.nextSlotMs = Math.max(this.nextSlotMs, this.pausedUntilMs);
	}

	/** Whether all calls are paused, including those whose slot is due. */
	get isPaused(): boolean {
		return this.clock.now() < this.pausedUntilMs;
	}

	onSuccess(): void {
		const reducedMs = this.intervalMs * RECOVERY_FACTOR;
		this.intervalMs = reducedMs < MIN_INTERVAL_MS ? 0 : reducedMs;
	}
}
