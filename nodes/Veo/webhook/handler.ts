import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { readAccount } from '../transport/credential';
import { callError } from '../output/errors';
import { jobJson } from '../output/itemJson';
import { apiTransport, systemClock } from '../transport/send';
import { downloadVideo } from '../transport/download';
import { VeoClient } from '../api/client';
import type { Failure } from '../api/errors';
import { Pace } from '../retry/rateLimiter';
import type { Patience } from '../retry/retry';
import type { VideoJob } from '../api/types';
import { idIn, isTooLarge, isTrusted, type IncomingCall } from './request';
import { Memory } from './processedEvents';
import { readSettings, type Settings } from './settings';
import { SharedWork } from './singleFlight';

/** Callers wait for the answer, most of them not longer than this. */
const LOOK_TIMEOUT_MS = 10_000;
const DOWNLOAD_RETRIES = 2;

/** What a call comes to: an answer to the caller, and perhaps an item for the workflow. */
interface Verdict {
	status: number;
	message: string;
	/** How long the API asked to be left alone. */
	retryAfterMs?: number;
	item?: INodeExecutionData;
}

const WRONG_SECRET: Verdict = { status: 401, message: 'The secret is missing or wrong' };
const TOO_LARGE: Verdict = { status: 413, message: 'The body is too large' };
const NO_ID: Verdict = { status: 400, message: 'The body has no uuid of a video' };
/** The same for all, so that strangers cannot find out which videos there are. */
const NOTHING_TO_TELL: Verdict = { status: 202, message: 'There is nothing to tell of this video' };
const TOLD: Verdict = { status: 200, message: 'The workflow is told of this video' };
const TRY_LATER: Verdict = { status: 503, message: 'The video cannot be looked up now' };

const lookUps = new SharedWork<Verdict>();

/**
 * Answers a call from outside. Nothing in it is believed but the id, with which the API is asked;
 * the workflow runs only for what the API says, and once for each video and status.
 *
 * Nothing is thrown: n8n would start an execution for that, for whoever calls. And the caller is
 * answered here: where n8n does it, it begins the execution first, and loses the static data, which
 * Memory needs, on the way (2.41.1).
 */
export async function answerCall(functions: IWebhookFunctions): Promise<IWebhookResponseData> {
	const verdict = await judge(functions).catch((error: unknown) => {
		functions.logger.error(error instanceof Error ? error.message : String(error));
		return TRY_LATER;
	});
	answer(functions, verdict);
	const { item } = verdict;
	return { noWebhookResponse: true, ...(item && { workflowData: [[item]] }) };
}

async function judge(functions: IWebhookFunctions): Promise<Verdict> {
	const settings = readSettings(functions);
	const call = incomingCall(functions);
	if (settings.secret && !isTrusted(call, settings.secret)) return WRONG_SECRET;
	if (isTooLarge(call)) return TOO_LARGE;
	const uuid = idIn(call);
	if (uuid === undefined) return NO_ID;
	const lookUp = async () => await lookUpVideo(functions, settings, uuid);
	const key = [functions.getMode(), nodeKey(functions), uuid].join(':');
	const { result, first } = await lookUps.run(key, lookUp);
	return first || !result.item ? result : TOLD;
}

function incomingCall(functions: IWebhookFunctions): IncomingCall {
	return {
		headers: functions.getHeaderData(),
		query: functions.getQueryData(),
		body: functions.getBodyData(),
		rawBody: Reflect.get(functions.getRequestObject(), 'rawBody'),
	};
}

function nodeKey(functions: IWebhookFunctions): string {
	return `${functions.getWorkflow().id}:${functions.getNode().id}`;
}

/** Asks the API for the truth. @throws NodeApiError where the video's file cannot be had */
async function lookUpVideo(
	functions: IWebhookFunctions,
	{ events, target }: Settings,
	uuid: string,
): Promise<Verdict> {
	const send = apiTransport(functions, await readAccount(functions));
	const looked = await new VeoClient(send, systemClock.now).look(uuid, LOOK_TIMEOUT_MS);
	if (!looked.ok) return withoutAnswer(functions, looked.failure, uuid);
	const job = looked.data;
	if (!events.includes(job.status)) return NOTHING_TO_TELL;

	const mark = `${uuid}:${job.status}`;
	// a test in the editor may be repeated
	const isTest = functions.getMode() === 'manual';
	const memory = new Memory(nodeKey(functions), functions.getWorkflowStaticData('node'));
	if (!isTest && memory.has(mark)) return TOLD;
	const binary = target && job.status === 'completed' && (await download(functions, job, target));
	if (!isTest) memory.add(mark);
	return { ...TOLD, item: { json: jobJson(job), ...(binary && { binary }) } };
}

async function download(
	functions: IWebhookFunctions,
	job: VideoJob,
	target: NonNullable<Settings['target']>,
) {
	const patience: Patience = {
		clock: systemClock,
		pace: new Pace(systemClock),
		random: Math.random,
		maxRetries: DOWNLOAD_RETRIES,
		signal: new AbortController().signal,
	};
	const downloader = { node: functions.getNode(), functions, downloadPatience: () => patience };
	return await downloadVideo(downloader, 0, job, target);
}

/** An id that the API does not know is the caller's affair, all else may pass. */
function withoutAnswer(functions: IWebhookFunctions, failure: Failure, uuid: string): Verdict {
	const { kind, httpStatus, retryAfterMs } = failure;
	const isUnknown = kind === 'invalidParameters' || (kind === 'unknownCode' && httpStatus === 404);
	if (isUnknown) return NOTHING_TO_TELL;
	const { message, description } = callError(functions.getNode(), 0, failure, 'look', uuid);
	functions.logger.warn(`${message}. ${description ?? ''}`, { uuid });
	return { ...TRY_LATER, retryAfterMs };
}

function answer(functions: IWebhookFunctions, { status, message, retryAfterMs }: Verdict): void {
	const response = functions.getResponseObject();
	if (retryAfterMs !== undefined) {
		response.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
	}
	response.status(status).json({ message });
}
