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
	waitedMs: number;
}

export type ItemResult = Result<ItemEnd, ItemEnd>;

/** One run of the node; Retry On Fail adds more to the same execution. */
export interface NodeRun {
	/** Undefined for items that were not started. */
	results: Array<ItemResult | undefined>;
	endedMs: number;
	isCanceled: boolean;
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

export function endOf({ job, outcome, waitedMs }: PollResult): ItemResult {
	const { uuid, rawFields } = job;
	const end = { uuid, outcome, isInDoubt: false, prompt: rawFields.prompt, waitedMs };
	return outcome === 'completed' ? { ok: true, value: end } : { ok: false, error: end };
}
