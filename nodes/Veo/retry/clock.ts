/** Time as an argument, so that a test can simulate ten minutes in a millisecond. */
export interface Clock {
	/** Epoch milliseconds. */
	now(): number;
	/** Resolves after `ms`, or immediately when the signal is aborted; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
