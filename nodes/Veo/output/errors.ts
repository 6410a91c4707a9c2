import {
	NodeApiError,
	NodeOperationError,
	type Failure,
	type IDataObject,
	type INode,
} from 'n8n-workflow';
import type { DownloadError } from '../api/downloadErrors';
import { mayHaveBeenAccepted, type VeoError } from '../api/errors';
import { toSingleLine } from '../api/response';
import type { VideoJob } from '../api/types';
import type { PollResult } from '../jobs/polling';
import { failureOf, timedFailureOf } from './failure';
import {
	downloadErrorMessage,
	errorMessage,
	notResentMessage,
	type Action,
	type ErrorText,
} from './messages';
import type { RunReport } from './report';

export type NodeError = NodeApiError | NodeOperationError;

/** What errors are created with: the node, and a function that masks the key in quotes of the API. */
export interface ErrorSource {
	node: INode;
	redact(text: string): string;
}

/** How much of a text is redacted before it is shortened for a quote, in characters. */
const MAX_RAW_LENGTH = 2_000;

function quote(text: string, { redact }: ErrorSource): string {
	return toSingleLine(redact(text.slice(0, MAX_RAW_LENGTH)));
}

/** What `error.context` and an error item's `details` contain for error handling. */
export interface ErrorContext extends IDataObject {
	uuid?: string;
	code?: number;
	httpStatus?: number;
}

/**
 * An error of the API or the network. It is built from plain data: wrapping n8n's own error would
 * lose the message and include the request with its key (n8n 2.41.1).
 * @param failure - the cause in n8n's terms. n8n before 2.41 ignores it, and items have only the
 *   context, so it is in both.
 */
function apiError(
	{ node }: ErrorSource,
	itemIndex: number,
	{ message, description }: ErrorText,
	context: ErrorContext,
	failure?: Failure,
): NodeApiError {
	const { httpStatus = 0 } = context;
	const httpCode = httpStatus >= 400 ? String(httpStatus) : undefined;
	const error = new NodeApiError(node, {}, { message, description, httpCode, itemIndex, failure });
	// n8n replaces messages that contain, for example, ENOENT, which an API can quote
	error.message = message;
	Object.assign(error.context, context, failure && { failure });
	return error;
}

/**
 * The error for a failed call.
 * @param uuid - the job of the call, if there is one
 */
export function callError(
	source: ErrorSource,
	itemIndex: number,
	error: VeoError,
	action: Action,
	uuid = error.uuid,
): NodeApiError {
	const isInDoubt = action === 'submit' && mayHaveBeenAccepted(error);
	const context = {
		...contextOf(error, uuid),
		reason: error.kind,
		...(action === 'submit' && { mayHaveBeenAccepted: isInDoubt }),
	};
	// a workflow that waits and runs again would pay for a second video
	const failure = isInDoubt ? undefined : failureOf(error);
	return apiError(source, itemIndex, errorMessage(error, action, uuid), context, failure);
}

/**
 * The error for a submission in doubt that a retry finds: nothing was sent again.
 * @param firstSentAtMs - epoch milliseconds
 */
export function notResentError(
	source: ErrorSource,
	itemIndex: number,
	error: VeoError,
	firstSentAtMs: number,
): NodeApiError {
	return apiError(source, itemIndex, notResentMessage(error, firstSentAtMs), {
		...contextOf(error, error.uuid),
		reason: 'notResent',
		firstSentAt: new Date(firstSentAtMs).toISOString(),
		mayHaveBeenAccepted: true,
	});
}

function contextOf({ code, httpStatus, data }: VeoError, uuid: string | undefined): ErrorContext {
	return {
		...(uuid !== undefined && { uuid }),
		...(code !== undefined && { code }),
		...(httpStatus !== undefined && { httpStatus }),
		...(data !== undefined && { data }),
	};
}

/** The error for a completed video whose file couldn't be downloaded. */
export function downloadError(
	source: ErrorSource,
	itemIndex: number,
	error: DownloadError,
	{ uuid, videoUrl }: VideoJob,
): NodeApiError {
	const { kind, httpStatus } = error;
	const context = {
		uuid,
		videoUrl,
		reason: kind,
		...(httpStatus !== undefined && { httpStatus }),
	};
	const text = downloadErrorMessage(error, uuid);
	return apiError(source, itemIndex, text, context, timedFailureOf(error));
}

/** The error for a job that ended `failed`: there will be no video. */
export function failedJobError(
	source: ErrorSource,
	itemIndex: number,
	{ uuid, status, failureReason }: VideoJob,
): NodeApiError {
	const reason =
		failureReason === null ? 'the API returned no reason' : quote(failureReason, source);
	return apiError(
		source,
		itemIndex,
		{
			message: `Video ${uuid} couldn't be generated: ${reason}`,
			description:
				'Change the prompt or image and run the item again to generate a new video. Ask your API provider whether credits for this one are refunded.',
		},
		{ uuid, status, reason: 'failed' },
	);
}

/** The error for a download of a video that isn't completed. */
export function notReadyError(source: ErrorSource, itemIndex: number, job: VideoJob): NodeApiError {
	if (job.status === 'failed') return failedJobError(source, itemIndex, job);
	const { uuid, status, progress, unresolved } = job;
	const apiStatus = unresolved ? quote(unresolved.status, source) : status;
	const reported = unresolved ? `${reportedStatus(job, source)} ` : '';
	return apiError(
		source,
		itemIndex,
		{
			message: `Video ${uuid} isn't ready yet (status: ${apiStatus})`,
			description: `${reported}Wait until it is completed, or use 'Get Status' with 'Wait for Completion' and 'Download Video'.`,
		},
		{ uuid, status, apiStatus, progress, reason: 'notReady' },
	);
}

export function timeoutError(
	source: ErrorSource,
	itemIndex: number,
	{ job, polls }: PollResult,
	timeoutMs: number,
): NodeApiError {
	const { uuid, status, progress, unresolved } = job;
	const seconds = timeoutMs / 1000;
	const which = polls === 1 ? 'the only status check' : `the last of ${polls} status checks`;
	const next = `Retrieve the video later with 'Get Status' and this ID, or increase 'Timeout' in 'Options'.`;
	const state = unresolved
		? `At ${which}: ${reportedStatus(job, source)}`
		: `At ${which} it was ${status}${percent(job)}. Generation continues.`;
	return apiError(
		source,
		itemIndex,
		{
			message: `Video ${uuid} wasn't ready after ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
			description: `${state} ${next}`,
		},
		{
			uuid,
			status,
			apiStatus: unresolved ? quote(unresolved.status, source) : status,
			progress,
			polls,
			reason: 'timedOut',
		},
	);
}

/** What the API reported of a job whose status decides nothing, and what the node waits for instead. */
function reportedStatus(job: VideoJob, source: ErrorSource): string {
	const { status = '', message = null } = job.unresolved ?? {};
	const said = message === null ? '' : ` and the message "${quote(message, source)}"`;
	const isCompleted = status.toLowerCase() === 'completed';
	const missing = isCompleted
		? 'The node waited for a video URL, which is missing.'
		: "The node waited for 'completed' or 'failed'.";
	return `The API returned the status '${quote(status, source)}'${percent(job)}${said}. ${missing}`;
}

function percent({ progress }: VideoJob): string {
	return progress === null ? '' : ` (${progress}%)`;
}

/** n8n shows an execution as canceled only if the error's message contains "canceled" (2.41.1). */
export function canceledError(node: INode, report: RunReport): NodeOperationError {
	const error = new NodeOperationError(node, 'The execution was canceled', {
		description: report.text() || 'No video was submitted.',
	});
	Object.assign(error.context, { uuids: [...report.uuids], ...report.context() });
	return error;
}

/**
 * Adds the other videos of this execution to the error that ends the node: their items are lost with
 * it.
 */
export function withReport<E extends NodeError>(error: E, report: RunReport): E {
	const text = report.text();
	if (text === '') return error;
	error.description = [error.description, text].filter(Boolean).join(' ');
	Object.assign(error.context, report.context());
	return error;
}

/** Converts anything thrown into an error that n8n can show with its item. */
export function toNodeError(node: INode, itemIndex: number, error: unknown): NodeError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(node, cause, { itemIndex });
}

/** The error of an item for which an expression in the credential has another value. */
export function otherAccountError(node: INode, itemIndex: number): NodeOperationError {
	return new NodeOperationError(
		node,
		"The credential isn't the same for this item as for the first",
		{
			description:
				"n8n uses the credential's values for the first item in all requests of the node. To use several accounts, process each item in a run of its own, for example with 'Loop Over Items' and a batch size of 1. Nothing was sent for this item.",
			itemIndex,
		},
	);
}
