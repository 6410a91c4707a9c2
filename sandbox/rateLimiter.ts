const WINDOW_MS = 60_000;

/** Limits requests within a sliding window of one minute. */
export class RateLimiter {
	private acceptedAt: number[] = [];

	/**
	 * Counts a request if the limit allows it.
	 * @param perMinute null: no limit
	 * @param now epoch milliseconds
	 * @returns 0 if the request is allowed, otherwise the seconds until the next one is
	 */
	tryAcquire(perMinute: number | null, now: number): number {
		if (perMinute === null) return 0;
		this.acceptedAt = this.acceptedAt.filter((at) => at > now - WINDOW_MS);
		const blocking = this.acceptedAt.at(-perMinute);
		if (blocking !== undefined) return Math.max(1, Math.ceil((blocking + WINDOW_MS - now) / 1000));
		this.acceptedAt.push(now);
		return 0;
	}

	clear(): void {
		this.acceptedAt = [];
	}
}
