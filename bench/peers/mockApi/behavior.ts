/** A prompt that contains this is rejected at no cost. */
export const REJECTED = '[rejected]';

/** Longer than any node waits. */
export const NEVER_SECONDS = 1e8;

export const ESTIMATES = ['accurate', 'absent', 'long', 'short', 'frozen', 'jumping'] as const;
/** Accuracy of the API's estimates. `long` and `short` are off by a factor of three. */
export type Estimates = (typeof ESTIMATES)[number];

export interface Fault {
	on: 'submit' | 'poll';
	/** A submit is accepted before its connection is reset, so that only the response is lost. */
	kind: '503' | '429' | 'reset';
	/** Index of the affected request among those of its type. */
	nth: number;
}

/** Behavior of an API during one execution. */
export interface Behavior {
	/** Durations of the jobs in the sequence of their creation; the last applies to all others. */
	jobSeconds: number[];
	/** The response to a submit takes a random time up to this. */
	maxSubmitSeconds: number;
	estimates: Estimates;
	faults: Fault[];
}

/** Times are epoch milliseconds of the server's clock. */
export interface Job {
	id: string;
	createdAt: number;
	completesAt: number;
	polls: number[];
}

/** What an API received during one execution. */
export interface History {
	jobs: Job[];
	/** Times of all requests. */
	requests: number[];
}
