/** Time as an argument, so that a test can simulate ten minutes in a millisecond. */
export interface Clock {
	/**
	 * Milliseconds by a monotonic clock, for durations and deadlines. It shows the epoch time when the
	 * execution starts, and ignores later jumps of the wall clock.
	 */
	now(): number;
	/** Epoch milliseconds by the wall clock, which can jump: for times that are displayed or sent. */
	wallNow(): number;
	/** Resolves after `ms`, or immediately when the signal is aborted; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
