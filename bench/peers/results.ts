import type { Estimates } from './mockApi/behavior';

/** What happened to an execution, and whether its error contains the ID of the paid job. */
export type Survival = 'survives' | 'failsIdKept' | 'failsIdLost';

/** Faults of the status checks of one job. */
export const FAULTS = ['503', '429', 'reset', 'threeInARow'] as const;
export type FaultName = (typeof FAULTS)[number];

/** The figures of one subject. Times are seconds of the job's clock. */
export interface Figures {
	label: string;
	/** One item, a job of 60 s. */
	one: { seconds: number; polls: number };
	ten: number;
	/** If not measured, ten times the time of ten items. */
	hundred: { seconds: number; measured: boolean };
	faults: Record<FaultName, Survival>;
	/** A job that never ends: time until the node fails; null if it was canceled before. */
	never: { seconds: number | null; idKept: boolean };
	/** Videos paid for if two of three items are valid; the minimum is 2. */
	retryOnFail: number;
	retryExecution: number;
	/** Videos paid for if the response to the only submit is lost, with Retry On Fail. */
	lostResponse: number;
	/** The worst of several cancellations, in real time: time until the end, and requests after it. */
	cancel: { seconds: number; requests: number };
	/** Durations in real time; null if not measured. */
	real: { one: number | null; ten: number | null };
}

/** Polls of a video and lag, over the jobs of one measurement. */
export interface Polling {
	polls: number;
	maxPolls: number;
	/** Seconds from a job's end to the poll that detects it. */
	lag: number;
	maxLag: number;
}

export interface PollingFigures {
	/** Approximate duration of the jobs, seconds. */
	jobSeconds: number;
	estimates: Estimates;
	node: Polling;
	/** A poller with this fixed interval in seconds, for the same jobs. */
	fixed: Record<5 | 10, Polling>;
	/** Jobs that the node polled more often than the poller with 5 s. */
	morePollsThan5: number;
}

/** Seconds, the best of all rounds. */
export interface OverheadFigures {
	node: number;
	/** The minimum that a node of n8n needs. */
	minimalNode: number;
	/** A plain axios loop. */
	loop: number;
	/** CPU seconds of one execution by the owner of the code, highest first. */
	cpu: Array<[owner: string, seconds: number]>;
}

export interface Results {
	/** This node first. */
	subjects: Figures[];
	polling: PollingFigures[];
	overhead: OverheadFigures;
	machine: { cores: number; memoryGB: number; node: string; n8n: string };
	/** ISO 8601 date. */
	date: string;
	/** Factor of the fast clock. */
	timeFactor: number;
}

export function ourFigures({ subjects: [ours] }: Results): Figures {
	if (!ours) throw new Error('Nothing was measured');
	return ours;
}
