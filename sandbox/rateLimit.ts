const WINDOW_MS = 60_000;

/** Counts requests over the last minute. */
export class RateLimit {
	private taken: number[] = [];

	/**
	 * Takes a place for one request.
	 * @param perMinute null: no limit
	 * @param now epoch milliseconds
	 * @returns 0 if there was a place, else the whole seconds until there is one
	 */
	take(perMinute: number | null, now: number): number {
		if (perMinute === null) return 0;
		this.taken = this.taken.filter((at) => at > now - WINDOW_MS);
		const blocking = this.taken.at(-perMinute);
		if (blocking !== undefined) return Math.max(1, Math.ceil((blocking + WINDOW_MS - now) / 1000));
		this.taken.push(now);
		return 0;
	}

	clear(): void {
		this.taken = [];
	}
}
