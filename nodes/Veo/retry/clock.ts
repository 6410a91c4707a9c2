/** Time as the jobs see it, so that a test can live a job's ten minutes in a millisecond. */
export interface Clock {
	/** Epoch milliseconds. */
	now(): number;
	/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
