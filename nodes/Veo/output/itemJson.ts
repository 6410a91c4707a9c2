import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { JsonObject, VideoJob } from '../api/types';
import type { PollResult } from '../jobs/polling';

/**
 * The JSON of a job. All fields that the API sent are kept, but none under a name that n8n interprets
 * (see RESERVED_KEYS).
 */
export function jobJson(job: VideoJob): IDataObject {
	const { uuid, status, videoUrl, progress, estimatedTime, failureReason, unresolved } = job;
	// n8n shows the fields in this order: the most used ones come first
	return {
		videoUrl,
		uuid,
		status,
		progress,
		estimatedTime,
		...(unresolved && status === 'processing' && { apiStatus: unresolved.status }),
		...withoutReservedKeys(job.rawFields),
		...(failureReason !== null && { errorMessage: failureReason }),
	};
}

/** The same after waiting. `timedOut` is a job that was still running at the deadline. */
export function pollResultJson({ job, outcome, polls, waitedMs }: PollResult): IDataObject {
	const status = outcome === 'timedOut' ? 'timedOut' : job.status;
	return { ...jobJson(job), status, polls, waitedSeconds: Math.round(waitedMs / 100) / 10 };
}

/**
 * Names of top-level fields that n8n interprets (2.41.1): Retry On Fail treats an item with `error` as
 * failed and runs, and pays for, the whole node again; an item with `$error` and `$json` is replaced by
 * the error's message (WorkflowExecute.normalizeNodeErrors).
 */
const RESERVED_KEYS: ReadonlyMap<string, string> = new Map([
	['error', 'apiError'],
	['$error', 'api$error'],
	['$json', 'api$json'],
]);

/** Fields of the API under names that n8n does not interpret. */
export function withoutReservedKeys(rawFields: JsonObject): IDataObject {
	return Object.fromEntries(
		Object.entries(rawFields).map(([key, value]) => [RESERVED_KEYS.get(key) ?? key, value]),
	);
}

/** What the item requested, as far as the fields are known. */
export function requestFields({ prompt, generationType, aspectRatio }: JsonObject): IDataObject {
	return {
		...(prompt !== undefined && { prompt }),
		...(generationType !== undefined && { generationType }),
		...(aspectRatio !== undefined && { aspectRatio }),
	};
}

export function toItem(
	itemIndex: number,
	json: IDataObject,
	binary?: IBinaryKeyData,
): INodeExecutionData {
	return { json, ...(binary && { binary }), pairedItem: { item: itemIndex } };
}
