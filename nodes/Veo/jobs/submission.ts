import type { VeoClient } from '../api/client';
import {
	isSubmitRetryable,
	isTransient,
	mayHaveBeenAccepted,
	type ApiResult,
	type VeoError,
} from '../api/errors';
import type { FilePart } from '../api/multipart';
import { createJob } from '../api/parse';
import type { GenerateRequest, JsonObject, VideoJob } from '../api/types';
import { err, ok } from '../result';
import { sendWithRetry, type CallContext } from '../retry/retry';
import { nextCheckMs } from './callbackSchedule';
import { fetchEstimate, pollDurableWait, startDurableWait, type DurableWait } from './durableWait';
import type { Submission, SubmissionRecord } from './idempotency';
import { pollUntilDone, type PollOptions, type PollResult } from './polling';

/** One item's request for a video. */
export interface SubmissionRequest {
	request: GenerateRequest;
	/** The first frame, if it has to be uploaded first. */
	image?: FilePart;
	/** Where the result is stored for a retry. */
	record: SubmissionRecord;
	/** Whether to reuse the result of an earlier attempt. */
	reuse: boolean;
	/** A field with the URL for the API's callbacks, which is another one in every attempt. */
	callback?: JsonObject;
	/** Where submissions are recorded for other executions, if they are. */
	register?: SubmissionRegister;
}

/** A request for the same video that was submitted earlier. */
export interface RegisteredVideo {
	/** Undefined if it is unknown whether the request was accepted. */
	uuid?: string;
	/** Epoch milliseconds. */
	sentAtMs: number;
	/** The execution that submitted it. */
	executionId: string;
}

/** One item's part of the video register, which other executions can read. */
export interface SubmissionRegister {
	/** Whether another execution submitted the video that was found. */
	readonly isReused: boolean;
	/**
	 * An earlier video to use instead of a new one; otherwise records that a request will be sent. Called
	 * again if that video has failed. Rejects if nothing must be sent.
	 */
	find(signal: AbortSignal): Promise<RegisteredVideo | undefined>;
	/** The result of the request that was sent. */
	submitted(result: ApiResult<VideoJob>): void;
	/** The video that was found or submitted has failed. */
	failed(): void;
}

export type SubmitFailure = {
	ok: false;
	step: 'upload' | 'submit';
	error: VeoError;
	/** Set if an earlier attempt sent the request: when, epoch milliseconds. Nothing was sent now. */
	firstSentAtMs?: number;
};
/**
 * The attempt that submitted a job: this one, an earlier one of the same execution, perhaps with another
 * account, or one that the video register contains.
 */
export type SubmissionOrigin = 'new' | 'reused' | 'otherAccount' | 'registered';
export type SubmitResult = { ok: true; job: VideoJob; origin: SubmissionOrigin } | SubmitFailure;

/** Recorded while a request is in flight, so that an end of any kind leaves it in doubt. */
const UNCONFIRMED: VeoError = {
	kind: 'network',
	detail: 'The execution ended before the API responded',
};

/**
 * Ensures that the item's job exists: the one of an earlier attempt, or a new one. It is paid for at
 * most once: the job is recorded as soon as it is known, and so is a submission in doubt, which no
 * retry sends again.
 * @returns the job, including the request fields that the API does not return
 */
export async function submitOnce(
	client: VeoClient,
	submission: SubmissionRequest,
	context: CallContext,
): Promise<SubmitResult> {
	const { request, image, record, reuse, register, callback } = submission;
	const existing = reuse ? record.get() : undefined;
	if (existing) return reuseSubmission(existing, record.isOwn(existing), register?.isReused);
	const registered = register && (await findRegistered(client, submission, register, context));
	if (registered) return registered;

	let body = request;
	if (image) {
		const upload = await sendWithRetry(() => client.upload(image), isTransient, context);
		if (!upload.ok) return { ...upload, step: 'upload' };
		const { imageUrl, imageKey } = upload.value;
		// additional fields of the user have priority over all others
		body = { imageUrl, ...(imageKey && { imageKey }), ...request };
	}
	let sentAtMs: number | undefined;
	const submit = async () => {
		sentAtMs = context.clock.wallNow();
		record.set(err(UNCONFIRMED), sentAtMs);
		return await client.submit({ ...body, ...callback });
	};
	const response = await sendWithRetry(submit, isSubmitRetryable, context);
	const result = withRequestFields(body, response);
	if (sentAtMs !== undefined) {
		if (result.ok || mayHaveBeenAccepted(result.error)) record.set(result, sentAtMs);
		else record.delete();
		register?.submitted(result);
	}
	return result.ok
		? { ok: true, job: result.value, origin: 'new' }
		: { ok: false, step: 'submit', error: result.error };
}

/** Uses a registered video that has not failed, and records it for a retry like a submitted one. */
async function findRegistered(
	client: VeoClient,
	{ request, record }: SubmissionRequest,
	register: SubmissionRegister,
	context: CallContext,
): Promise<SubmitResult | undefined> {
	for (;;) {
		const found = await register.find(context.signal);
		if (!found) return undefined;
		const { uuid, sentAtMs, executionId } = found;
		if (uuid === undefined) {
			const detail = `Execution ${executionId} recorded no response`;
			const error: VeoError = { kind: 'network', detail };
			return { ok: false, step: 'submit', error, firstSentAtMs: sentAtMs };
		}
		const call = () => client.getVideoStatus(uuid);
		const status = await sendWithRetry(call, isTransient, context);
		if (status.ok && status.value.status === 'failed') {
			register.failed();
			continue;
		}
		// polling reports an error of the status check
		const latest = status.ok ? status.value : createJob(uuid);
		const result = withRequestFields(request, ok(withReused(latest, register.isReused)));
		record.set(result, sentAtMs);
		if (result.ok) return { ok: true, job: result.value, origin: 'registered' };
	}
}

function reuseSubmission(
	{ result, sentAtMs }: Submission,
	isOwn: boolean,
	isReused = false,
): SubmitResult {
	const origin = isOwn ? 'reused' : 'otherAccount';
	return result.ok
		? { ok: true, job: withReused(result.value, isReused), origin }
		: { ok: false, step: 'submit', error: result.error, firstSentAtMs: sentAtMs };
}

/**
 * Polls a submitted job until it is done. The record of a failed job is deleted, so that a retry
 * submits again.
 * @param isNew - whether this attempt submitted the job
 */
export async function pollSubmitted(
	client: VeoClient,
	job: VideoJob,
	isNew: boolean,
	record: SubmissionRecord,
	options: PollOptions,
	context: CallContext,
): Promise<PollResult> {
	const result = await pollUntilDone(client, job, isNew, options, context);
	if (result.outcome === 'failed') record.delete();
	return result;
}

/**
 * Ensures that the item's job exists, and starts a durable wait for it. The status of a reused job is
 * checked first. If it failed, the failure was reported in the sub-workflow, which cannot access this
 * record; so the record is deleted only now, and a new job is submitted. A job with a callback has no
 * status check now: the API sends a callback.
 */
export async function submitAndStartWait(
	client: VeoClient,
	submission: SubmissionRequest,
	options: PollOptions,
	context: CallContext,
): Promise<{ ok: true; wait: DurableWait; origin: SubmissionOrigin } | SubmitFailure> {
	const submitted = await submitOnce(client, submission, context);
	if (!submitted.ok) return submitted;
	const { job, origin } = submitted;
	const isNew = origin === 'new';
	const nowMs = context.clock.now();
	const wait = startDurableWait(job, isNew, options, nowMs);
	if (isNew && submission.callback && !wait.result) {
		return { ok: true, wait: { ...wait, dueAtMs: nextCheckMs(wait, nowMs) }, origin };
	}
	if (isNew) return { ok: true, wait: await fetchEstimate(client, wait, context), origin };
	const polled = await pollDurableWait(client, wait, context);
	if (polled.result?.outcome !== 'failed') return { ok: true, wait: polled, origin };
	submission.record.delete();
	submission.register?.failed();
	return await submitAndStartWait(client, submission, options, context);
}

/** Marks a video that another execution submitted; part of the node's output. */
function withReused(job: VideoJob, isReused: boolean): VideoJob {
	return isReused ? { ...job, rawFields: { ...job.rawFields, reused: true } } : job;
}

function withRequestFields(
	request: GenerateRequest,
	result: ApiResult<VideoJob>,
): ApiResult<VideoJob> {
	if (!result.ok) return result;
	const { generationType, prompt, aspectRatio, imageUrl, imageKey } = request;
	const requestFields: JsonObject = {
		generationType,
		prompt,
		aspectRatio,
		...(imageUrl !== undefined && { imageUrl }),
		...(imageKey !== undefined && { imageKey }),
	};
	const job = result.value;
	return ok({ ...job, rawFields: { ...requestFields, ...job.rawFields } });
}
