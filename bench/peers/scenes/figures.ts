/** What becomes of a run, and of the id of the job that was paid for. */
export type Survival = 'survives' | 'failsIdKept' | 'failsIdLost';

/** Kinds of trouble that a look at a running job may meet. */
export const TROUBLES = ['503', '429', 'reset', 'threeInARow'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** How a contestant did. Times are seconds of the job's clock. */
export interface Figures {
	label: string;
	/** One item, a job of 60 s. */
	one: { seconds: number; looks: number };
	ten: number;
	/** `measured` is false where it is ten times the time of ten items, since it takes too long. */
	hundred: { seconds: number; measured: boolean };
	troubles: Record<Trouble, Survival>;
	/** A job that never ends: when the node gives up; null where it had not when it was stopped. */
	never: { seconds: number | null; idKept: boolean };
	/** Videos paid for where two of three items can be made; in brackets what it takes: 2. */
	retryOnFail: number;
	retryExecution: number;
	/** Videos paid for where the answer to the one submit is lost, with Retry On Fail. */
	lostAnswer: number;
	/** The worst of several stops: until the run was back, and requests after it. Real time. */
	stop: { seconds: number; requests: number };
	/** In real time, where a fast clock cannot distort; null if not measured. */
	real: { one: number | null; ten: number | null };
}

/** The middle value. */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export const mean = (values: number[]) =>
	values.reduce((sum, value) => sum + value, 0) / values.length;
