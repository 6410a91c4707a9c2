import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import type { Failure } from '../api/errors';
import { mayHaveBeenAccepted } from '../api/errors';
import type { VideoJob } from '../api/types';
import type { WaitEnd } from '../jobs/polling';
import { wordsFor, type Action, type Words } from './messages';

/** Facts for whoever handles the error: what `error.context` and the item's `details` hold. */
export interface ErrorFacts extends IDataObject {
	uuid?: string;
	code?: number;
	httpStatus?: number;
}

/**
 * An error about what the API or the network said. It is built from plain data: wrapping n8n's own
 * error would lose the message, and carry the request with its key along (n8n 2.41.1).
 */
export function apiError(
	node: INode,
	itemIndex: number,
	{ message, description }: Words,
	facts: ErrorFacts,
): NodeApiError {
	const { httpStatus = 0 } = facts;
	const httpCode = httpStatus >= 400 ? String(httpStatus) : undefined;
	const error = new NodeApiError(node, {}, { message, description, httpCode, itemIndex });
	// n8n replaces messages that contain, say, ENOENT, which an API may well quote
	error.message = message;
	Object.assign(error.context, facts);
	return error;
}

/** @param job - the job that the call was about, where there is one */
export function callError(
	node: INode,
	itemIndex: number,
	failure: Failure,
	action: Action,
	uuid?: string,
): NodeApiError {
	const { code, httpStatus, data } = failure;
	return apiError(node, itemIndex, wordsFor(failure, action, uuid), {
		...(uuid !== undefined && { uuid }),
		...(code !== undefined && { code }),
		...(httpStatus !== undefined && { httpStatus }),
		...(data !== undefined && { data }),
		reason: failure.kind,
		...(action === 'submit' && { mayHaveBeenAccepted: mayHaveBeenAccepted(failure) }),
	});
}

/** A job that ended `failed`: paid for or not, there will be no video. */
export function failedJobError(node: INode, itemIndex: number, job: VideoJob): NodeApiError {
	const reason = job.failureReason ?? 'the API gave no reason';
	return apiError(
		node,
		itemIndex,
		{
			message: `The video ${job.uuid} could not be made: ${reason}`,
			description:
				"Change the prompt or the image and run the item again: that orders a new video. Ask the API's provider about the credits of this one.",
		},
		{ uuid: job.uuid, status: job.status, reason: 'failed' },
	);
}

/** Download was asked for a video that is not ready. */
export function unfinishedJobError(node: INode, itemIndex: number, job: VideoJob): NodeApiError {
	if (job.status === 'failed') return failedJobError(node, itemIndex, job);
	return apiError(
		node,
		itemIndex,
		{
			message: `The video ${job.uuid} is not ready: its status is ${job.status}`,
			description:
				"Download it once it is completed, or use 'Get Status' with 'Wait for Completion' and 'Download Video'.",
		},
		{ uuid: job.uuid, status: job.status, progress: job.progress, reason: 'unfinished' },
	);
}

export function timeoutError(
	node: INode,
	itemIndex: number,
	{ job, waitedMs, polls }: WaitEnd,
): NodeApiError {
	const progress = job.progress === null ? '' : `, ${job.progress} % done`;
	return apiError(
		node,
		itemIndex,
		{
			message: `The video ${job.uuid} was not ready after ${Math.round(waitedMs / 1000)} seconds`,
			description: `It was ${job.status}${progress} at the last of ${polls} looks, and goes on being made. Read it later with 'Get Status' and this ID, or raise 'Timeout' in the options.`,
		},
		{ uuid: job.uuid, status: job.status, progress: job.progress, polls, reason: 'timedOut' },
	);
}

/** n8n shows an execution as canceled only if the error's message says "canceled" (2.41.1). */
export function stoppedError(
	node: INode,
	itemIndex: number,
	uuids: readonly string[],
): NodeOperationError {
	const error = new NodeOperationError(node, 'The execution was canceled', {
		itemIndex,
		description:
			uuids.length === 0
				? 'No video had been ordered.'
				: `The videos ordered so far go on being made; read them with 'Get Status': ${uuids.join(', ')}`,
	});
	Object.assign(error.context, { uuids: [...uuids] });
	return error;
}

/**
 * Adds to an error that ends the node which other videos this run has ordered: their items are lost
 * with it, though the ledger keeps them for a retry. No retry reaches the node, however, once its
 * execution was parked: n8n throws the same error again then (2.41.1, WorkflowExecute.runNode).
 */
export function withOtherJobs<E extends NodeApiError | NodeOperationError>(
	error: E,
	uuids: readonly string[],
	wasParked: boolean,
): E {
	if (uuids.length === 0) return error;
	const others = wasParked
		? `Other videos of this run, to be read with 'Get Status': ${uuids.join(', ')}`
		: `Other videos of this run, kept for a retry: ${uuids.join(', ')}`;
	error.description = [error.description, others].filter(Boolean).join(' ');
	Object.assign(error.context, { otherUuids: [...uuids] });
	return error;
}

/** Makes sure that what n8n gets is an error it can show, with the item it belongs to. */
export function asNodeError(
	node: INode,
	itemIndex: number,
	error: unknown,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(node, cause, { itemIndex });
}

/**
 * The item that stands for an error with Continue On Fail. n8n takes it for one, and sends it to
 * the error output, only if it has no other keys than error, message and details (n8n 2.41.1,
 * WorkflowExecute.handleNodeErrorOutput).
 */
export function errorItem(
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
): INodeExecutionData {
	return {
		json: {
			error: error.message,
			details: { ...error.context, description: error.description ?? '' },
		},
		pairedItem: { item: itemIndex },
	};
}

/**
 * Marks the item for an error output of n8n before 2.36, which does not know `details`: it looks at
 * the item's own `error` first. Not enumerable, since n8n leaves of an item that still has one when
 * it has been sorted only the error's message, and copies items without what is not enumerable.
 */
export function markAsError(
	item: INodeExecutionData,
	error: NodeApiError | NodeOperationError,
): void {
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
}
