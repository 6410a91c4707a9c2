import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import type { DownloadError } from '../api/downloadErrors';
import { mayHaveBeenAccepted, type VeoError } from '../api/errors';
import type { VideoJob } from '../api/types';
import type { PollResult } from '../jobs/polling';
import { downloadErrorMessage, errorMessage, type Action, type ErrorText } from './messages';

export type NodeError = NodeApiError | NodeOperationError;

/** What `error.context` and an error item's `details` contain for error handling. */
export interface ErrorContext extends IDataObject {
	uuid?: string;
	code?: number;
	httpStatus?: number;
}

/**
 * An error of the API or the network. It is built from plain data: wrapping n8n's own error would
 * lose the message and include the request with its key (n8n 2.41.1).
 */
function apiError(
	node: INode,
	itemIndex: number,
	{ message, description }: ErrorText,
	context: ErrorContext,
): NodeApiError {
	const { httpStatus = 0 } = context;
	const httpCode = httpStatus >= 400 ? String(httpStatus) : undefined;
	const error = new NodeApiError(node, {}, { message, description, httpCode, itemIndex });
	// n8n replaces messages that contain, for example, ENOENT, which an API can quote
	error.message = message;
	Object.assign(error.context, context);
	return error;
}

/**
 * The error for a failed call.
 * @param uuid - the job of the call, if there is one
 */
export function callError(
	node: INode,
	itemIndex: number,
	error: VeoError,
	action: Action,
	uuid?: string,
): NodeApiError {
	const { code, httpStatus, data } = error;
	return apiError(node, itemIndex, errorMessage(error, action, uuid), {
		...(uuid !== undefined && { uuid }),
		...(code !== undefined && { code }),
		...(httpStatus !== undefined && { httpStatus }),
		...(data !== undefined && { data }),
		reason: error.kind,
		...(action === 'submit' && { mayHaveBeenAccepted: mayHaveBeenAccepted(error) }),
	});
}

/** The error for a completed video whose file couldn't be downloaded. */
export function downloadError(
	node: INode,
	itemIndex: number,
	error: DownloadError,
	{ uuid, videoUrl }: VideoJob,
): NodeApiError {
	const { kind, httpStatus } = error;
	return apiError(node, itemIndex, downloadErrorMessage(error, uuid), {
		uuid,
		videoUrl,
		reason: kind,
		...(httpStatus !== undefined && { httpStatus }),
	});
}

/** The error for a job that ended `failed`: there will be no video. */
export function failedJobError(
	node: INode,
	itemIndex: number,
	{ uuid, status, failureReason }: VideoJob,
): NodeApiError {
	return apiError(
		node,
		itemIndex,
		{
			message: `Video ${uuid} couldn't be generated: ${failureReason ?? 'the API returned no reason'}`,
			description:
				'Change the prompt or image and run the item again to generate a new video. Ask your API provider whether credits for this one are refunded.',
		},
		{ uuid, status, reason: 'failed' },
	);
}

/** The error for a download of a video that isn't completed. */
export function notReadyError(node: INode, itemIndex: number, job: VideoJob): NodeApiError {
	if (job.status === 'failed') return failedJobError(node, itemIndex, job);
	const { uuid, status, progress } = job;
	return apiError(
		node,
		itemIndex,
		{
			message: `Video ${uuid} isn't ready yet (status: ${status})`,
			description:
				"Wait until it is completed, or use 'Get Status' with 'Wait for Completion' and 'Download Video'.",
		},
		{ uuid, status, progress, reason: 'notReady' },
	);
}

export function timeoutError(
	node: INode,
	itemIndex: number,
	{ job: { uuid, status, progress }, waitedMs, polls }: PollResult,
): NodeApiError {
	const seconds = Math.round(waitedMs / 1000);
	const percent = progress === null ? '' : ` (${progress}%)`;
	const checks = polls === 1 ? 'At the only status check' : `At the last of ${polls} status checks`;
	return apiError(
		node,
		itemIndex,
		{
			message: `Video ${uuid} wasn't ready after ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
			description: `${checks} it was ${status}${percent}. Generation continues. Retrieve the video later with 'Get Status' and this ID, or increase 'Timeout' in 'Options'.`,
		},
		{ uuid, status, progress, polls, reason: 'timedOut' },
	);
}

/** n8n shows an execution as canceled only if the error's message contains "canceled" (2.41.1). */
export function canceledError(
	node: INode,
	itemIndex: number,
	uuids: readonly string[],
): NodeOperationError {
	const error = new NodeOperationError(node, 'The execution was canceled', {
		itemIndex,
		description:
			uuids.length === 0
				? 'No video was submitted.'
				: `These videos are still being generated. Retrieve them with 'Get Status': ${uuids.join(', ')}`,
	});
	Object.assign(error.context, { uuids: [...uuids] });
	return error;
}

/**
 * Adds the other videos of this execution to the error that ends the node: their items are lost with
 * it. They are recorded for a retry, unless the execution was suspended: then no retry reaches the
 * node, since n8n throws the same error again (2.41.1, WorkflowExecute.runNode).
 */
export function withOtherJobs<E extends NodeError>(
	error: E,
	uuids: readonly string[],
	wasSuspended: boolean,
): E {
	if (uuids.length === 0) return error;
	const use = wasSuspended ? "retrieve them with 'Get Status'" : 'reused when you retry it';
	const others = `Other videos submitted in this execution (${use}): ${uuids.join(', ')}`;
	error.description = [error.description, others].filter(Boolean).join(' ');
	Object.assign(error.context, { otherUuids: [...uuids] });
	return error;
}

/** Converts anything thrown into an error that n8n can show with its item. */
export function toNodeError(node: INode, itemIndex: number, error: unknown): NodeError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(node, cause, { itemIndex });
}

/**
 * The item of an error with Continue On Fail. n8n recognizes it, and routes it to the error output,
 * only if it has no other keys than error, message and details (n8n 2.41.1,
 * WorkflowExecute.handleNodeErrorOutput).
 */
export function errorItem(error: NodeError, itemIndex: number): INodeExecutionData {
	return {
		json: {
			error: error.message,
			details: { ...error.context, description: error.description ?? '' },
		},
		pairedItem: { item: itemIndex },
	};
}

/**
 * Marks the item for an error output of n8n before 2.36, which does not support `details`: it checks
 * the item's own `error` first. Not enumerable, since n8n reduces an item that still has one after the
 * routing to the error's message, and copies items without non-enumerable properties.
 */
export function markAsError(item: INodeExecutionData, error: NodeError): void {
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
}
