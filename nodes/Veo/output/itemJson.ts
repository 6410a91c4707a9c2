import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { JsonObject, VideoJob } from '../api/types';
import type { PollResult } from '../jobs/polling';

/**
 * The JSON of a job. All fields that the API sent are kept, but none is named `error`: n8n's Retry On
 * Fail treats such an item as failed and runs, and pays for, the whole node again.
 */
export function jobJson(job: VideoJob): IDataObject {
	const { uuid, status, videoUrl, progress, estimatedTime, failureReason, rawFields } = job;
	// n8n shows the fields in this order: the most used ones come first
	return {
		videoUrl,
		uuid,
		status,
		progress,
		estimatedTime,
		...withoutErrorKey(rawFields),
		...(failureReason !== null && { errorMessage: failureReason }),
	};
}

/** The same after waiting. `timedOut` is a job that was still running at the deadline. */
export function pollResultJson({ job, outcome, polls, waitedMs }: PollResult): IDataObject {
	const status = outcome === 'timedOut' ? 'timedOut' : job.status;
	return { ...jobJson(job), status, polls, waitedSeconds: Math.round(waitedMs / 100) / 10 };
}

/** Fields of the API, with `error` renamed to `apiError`. */
export function withoutErrorKey(rawFields: JsonObject): IDataObject {
	const { error, ...rest } = rawFields;
	return error === undefined ? rest : { ...rest, apiError: error };
}

export function toItem(
	itemIndex: number,
	json: IDataObject,
	binary?: IBinaryKeyData,
): INodeExecutionData {
	return { json, ...(binary && { binary }), pairedItem: { item: itemIndex } };
}
