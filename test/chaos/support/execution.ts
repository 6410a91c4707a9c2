import type { SubmissionSummary } from '../../../nodes/Veo/jobs/idempotency';
import type { PollResult } from '../../../nodes/Veo/jobs/polling';
import type { Result } from '../../../nodes/Veo/result';
import type { ChaosApi } from './chaosApi';

/** How the processing of an item ended in one run of the node. */
export interface ItemEnd {
	uuid?: string;
	outcome: PollResult['outcome'] | 'notSubmitted';
	/** Whether the error says that the request may have been accepted. */
	isInDoubt: boolean;
	prompt?: unknown;
	/** Undefined if the node did not wait for the item's job, or left the wait to another run. */
	wait?: {
		/** When it started and ended, by VirtualClock.now(). */
		startedMs: number;
		endedMs: number;
		/** Its duration according to the node. */
		reportedMs: number;
	};
}

export type ItemResult = Result<ItemEnd, ItemEnd>;

/** One run of the node; Retry On Fail adds more to the same execution. */
export interface NodeRun {
	/** Undefined for items that were not started. */
	results: Array<ItemResult | undefined>;
	endedMs: number;
	isCanceled: boolean;
	/** What an error or the log reports when the run ends early. */
	summary: SubmissionSummary;
}

/** A simulated execution: what the server recorded, and what the user receives. */
export interface Execution {
	api: ChaosApi;
	runs: NodeRun[];
	/** The node's context as n8n saves it at the end. */
	context: Record<string, unknown>;
	/** When the user canceled it; Infinity if never. */
	canceledMs: number;
}

export function endOf(
	{ job, outcome, waitedMs: reportedMs }: PollResult,
	startedMs: number,
	endedMs: number,
): ItemResult {
	const { uuid, rawFields } = job;
	const wait = { startedMs, endedMs, reportedMs };
	const end = { uuid, outcome, isInDoubt: false, prompt: rawFields.prompt, wait };
	return outcome === 'completed' ? { ok: true, value: end } : { ok: false, error: end };
}
