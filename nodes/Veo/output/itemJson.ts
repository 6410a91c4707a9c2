import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';
import type { JsonObject, VideoJob } from '../api/types';
import type { WaitEnd } from '../jobs/polling';
import type { ItemResult } from '../execution/items';

/** The outputs of Get Status with Branch by Status, in this order. */
export const BRANCHES = ['completed', 'inProgress', 'failed'] as const;
/** Where an error's item goes when the outputs branch by status. */
export const FAILED_OUTPUT = BRANCHES.indexOf('failed');

/**
 * The JSON of a job (node-interface.md, "Output"). All fields that the API sent are kept, but none
 * is named `error`: n8n's Retry On Fail takes such an item for a failed one and runs, and pays for,
 * the whole node again.
 */
export function jobJson(job: VideoJob): IDataObject {
	const { uuid, status, videoUrl, progress, estimatedTime, failureReason, extra } = job;
	// n8n's panels show the fields in this order: what most users drag comes first
	return {
		videoUrl,
		uuid,
		status,
		progress,
		estimatedTime,
		...withoutErrorKey(extra),
		...(failureReason !== null && { errorMessage: failureReason }),
	};
}

/** The same after a wait. `timedOut` stands for a job that was still running at the deadline. */
export function waitedJson({ job, outcome, polls, waitedMs }: WaitEnd): IDataObject {
	const status = outcome === 'timedOut' ? 'timedOut' : job.status;
	return { ...jobJson(job), status, polls, waitedSeconds: Math.round(waitedMs / 100) / 10 };
}

/** Fields that the API sent, with a field `error` under the name `apiError`. */
export function withoutErrorKey(extra: JsonObject): IDataObject {
	const { error, ...rest } = extra;
	return error === undefined ? rest : { ...rest, apiError: error };
}

/** @param branch - whether the job's status chooses the output */
export function toItem(
	itemIndex: number,
	json: IDataObject,
	{ binary, branch = false }: { binary?: IBinaryKeyData; branch?: boolean } = {},
): ItemResult {
	return {
		item: { json, ...(binary && { binary }), pairedItem: { item: itemIndex } },
		output: branch ? outputOf(json.status) : 0,
	};
}

function outputOf(status: unknown): number {
	const branch = BRANCHES.findIndex((name) => name === status);
	return branch === -1 ? BRANCHES.indexOf('inProgress') : branch;
}
