import type { Clock } from '../retry/clock';

/** A call waits no longer than this, milliseconds; the sender of the webhook request waits too. */
const MAX_WAIT_MS = 5_000;
/** How many calls wait at once. */
const MAX_WAITING = 100;

interface WaitingCall {
	sinceMs: number;
	resolve(isAdmitted: boolean): void;
}

/**
 * A rate limit as a token bucket: a call takes a token, and gets it back if the call was useful. So
 * useful calls are limited only in their concurrency, and useless ones in their rate. While the bucket
 * is empty, calls wait for a short time, in order, as long as a call in flight may return its token.
 */
export class TokenBucket {
	private tokens: number;
	private refilledMs: number;
	private inFlight = 0;
	private waiting: WaitingCall[] = [];

	/**
	 * @param capacity - how many calls may be sent at once
	 * @param tokensPerSecond - the rate of useless calls in the long term
	 */
	constructor(
		private readonly clock: Clock,
		private readonly capacity: number,
		private readonly tokensPerSecond: number,
	) {
		this.tokens = capacity;
		this.refilledMs = clock.now();
	}

	/** @returns whether the call may be sent; if so, `release` must be called after it */
	async acquire(): Promise<boolean> {
		this.refill();
		if (this.waiting.length === 0 && this.take()) return true;
		if (this.inFlight === 0 || this.waiting.length >= MAX_WAITING) return false;
		const sinceMs = this.clock.now();
		return await new Promise((resolve) => this.waiting.push({ sinceMs, resolve }));
	}

	/** @param wasUseful - whether the call gets its token back */
	release(wasUseful: boolean): void {
		this.inFlight--;
		if (wasUseful) this.tokens = Math.min(this.tokens + 1, this.capacity);
		this.refill();
		const oldestMs = this.clock.now() - MAX_WAIT_MS;
		this.waiting = this.waiting.filter(({ sinceMs, resolve }) => {
			const isAdmitted = sinceMs >= oldestMs && this.take();
			// without a call in flight, nothing would admit the others
			const isRefused = !isAdmitted && (sinceMs < oldestMs || this.inFlight === 0);
			if (isAdmitted || isRefused) resolve(isAdmitted);
			return !isAdmitted && !isRefused;
		});
	}

	private take(): boolean {
		if (this.tokens < 1) return false;
		this.tokens--;
		this.inFlight++;
		return true;
	}

	private refill(): void {
		const nowMs = this.clock.now();
		const seconds = Math.max(nowMs - this.refilledMs, 0) / 1000;
		this.tokens = Math.min(this.tokens + seconds * this.tokensPerSecond, this.capacity);
		this.refilledMs = nowMs;
	}
}
