import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { VeoError } from '../api/errors';
import type { VideoJob } from '../api/types';
import { normalizeVideoId } from '../api/videoId';
import { callError } from '../output/errors';
import { jobJson } from '../output/itemJson';
import { isUnknownId } from '../output/messages';
import { WebhookContext } from './context';
import { nodeStateOf } from './nodeState';
import { extractVideoId, isTooLarge } from './request';
import { hasValidSecret } from './secret';
import { SingleFlight } from './singleFlight';

/** The sender waits for the response, in most cases not longer than this. */
const WEBHOOK_STATUS_TIMEOUT_MS = 10_000;

/** The response to the sender, and an item if the workflow is started. */
interface WebhookResponse {
	status: number;
	message: string;
	/** When the sender should retry. */
	retryAfterMs?: number;
	item?: INodeExecutionData;
}

const WRONG_SECRET: WebhookResponse = { status: 401, message: 'Missing or invalid secret' };
const TOO_LARGE: WebhookResponse = { status: 413, message: 'The request body is too large' };
const MISSING_ID: WebhookResponse = { status: 400, message: "Missing or invalid 'uuid'" };
/** The same for all, so that a stranger can't find out which videos exist. */
const IGNORED: WebhookResponse = {
	status: 202,
	message: "Event ignored: the video is unknown, not finished, or excluded by 'Trigger On'",
};
const RECEIVED: WebhookResponse = { status: 200, message: 'Event received' };
const UNAVAILABLE: WebhookResponse = {
	status: 503,
	message: 'Status temporarily unavailable, please retry',
};

const TOO_MANY =
	"Webhook requests are refused with HTTP 503: too many of them contain IDs of videos that the Veo API doesn't know, or were sent repeatedly. Require a secret header: select a 'Veo Webhook API' credential in the node.";

/** By the exact spelling of the ID, since the API may not know another one. */
const statusChecks = new SingleFlight<WebhookResponse>();
/** By the event, for all spellings of the ID. */
const events = new SingleFlight<WebhookResponse>();

/**
 * Handles a webhook request. Only the video's ID is taken from it; the status comes from the API. The
 * workflow starts once for each video and status.
 *
 * Nothing is thrown: n8n would start an execution for the error. The response is sent here: if n8n
 * sends it, n8n starts the execution first and loses the static data, which ProcessedEvents needs
 * (2.41.1).
 */
export async function handleWebhook(functions: IWebhookFunctions): Promise<IWebhookResponseData> {
	const response = await processWebhook(functions).catch((error: unknown) => {
		const message = error instanceof Error ? error.message : String(error);
		const line = nodeStateOf(functions).log.line('error', message);
		if (line !== undefined) functions.logger.error(line);
		return UNAVAILABLE;
	});
	sendResponse(functions, response);
	const { item } = response;
	return { noWebhookResponse: true, ...(item && { workflowData: [[item]] }) };
}

async function processWebhook(functions: IWebhookFunctions): Promise<WebhookResponse> {
	const context = await WebhookContext.create(functions);
	const { request, settings, isTest, nodeKey } = context;
	if (settings.secret && !hasValidSecret(request, settings.secret)) return WRONG_SECRET;
	if (isTooLarge(request)) return TOO_LARGE;
	const uuid = extractVideoId(request);
	if (uuid === undefined) return MISSING_ID;
	const key = [isTest, nodeKey, uuid].join(':');
	return await runOnce(statusChecks, key, async () => await checkStatus(context, uuid));
}

/** The workflow starts for one of the requests that share the work. */
async function runOnce(
	flights: SingleFlight<WebhookResponse>,
	key: string,
	work: () => Promise<WebhookResponse>,
): Promise<WebhookResponse> {
	const { result, isLeader } = await flights.run(key, work);
	return isLeader || !result.item ? result : RECEIVED;
}

/**
 * Gets the status from the API, within the limits for the node.
 * @throws NodeApiError if the video's file can't be downloaded
 */
async function checkStatus(context: WebhookContext, uuid: string): Promise<WebhookResponse> {
	const { statusLimiter, settings } = context;
	if (statusLimiter.isUnknown(uuid)) return IGNORED;
	const admission = await statusLimiter.admit(uuid);
	if (!admission.isAdmitted) {
		const { retryAfterMs, isPaused } = admission;
		if (!isPaused) context.warn('refused', TOO_MANY, uuid);
		return { ...UNAVAILABLE, retryAfterMs };
	}
	let isNewEvent = false;
	try {
		const client = await context.createClient();
		const result = await client.getVideoStatus(uuid, WEBHOOK_STATUS_TIMEOUT_MS);
		if (!result.ok) return handleApiError(context, result.error, uuid);
		const job = result.value;
		statusLimiter.onKnown(uuid);
		if (!settings.events.includes(job.status)) return IGNORED;
		isNewEvent = !isProcessed(context, job);
		if (!isNewEvent) return RECEIVED;
		const { isTest, nodeKey } = context;
		const key = [isTest, nodeKey, normalizeVideoId(uuid), job.status].join(':');
		admission.release(true);
		return await runOnce(events, key, async () => await createEvent(context, job));
	} finally {
		if (!isNewEvent) admission.release(false);
	}
}

function isProcessed(context: WebhookContext, job: VideoJob): boolean {
	return !context.isTest && context.processedEvents().has(eventKey(job));
}

function eventKey({ uuid, status }: VideoJob): string {
	return `${uuid}:${status}`;
}

/** @throws NodeApiError if the video's file can't be downloaded */
async function createEvent(context: WebhookContext, job: VideoJob): Promise<WebhookResponse> {
	// another spelling of the ID may have been processed during the status check
	if (isProcessed(context, job)) return RECEIVED;
	const { target } = context.settings;
	const download = target && job.status === 'completed';
	const binary = download ? await context.download(job, target) : undefined;
	if (!context.isTest) context.processedEvents().add(eventKey(job));
	return { ...RECEIVED, item: { json: jobJson(job), ...(binary && { binary }) } };
}

/** An unknown ID is the sender's mistake; any other error may be temporary. */
function handleApiError(context: WebhookContext, error: VeoError, uuid: string): WebhookResponse {
	const { statusLimiter } = context;
	const { kind, retryAfterMs } = error;
	if (isUnknownId(error)) {
		statusLimiter.onUnknown(uuid);
		return IGNORED;
	}
	if (kind === 'rateLimited' || retryAfterMs !== undefined) statusLimiter.onThrottled(retryAfterMs);
	const { message, description } = callError(context, 0, error, 'getStatus', uuid);
	context.warn(kind, `${message}. ${description ?? ''}`, uuid);
	return { ...UNAVAILABLE, retryAfterMs };
}

function sendResponse(
	functions: IWebhookFunctions,
	{ status, message, retryAfterMs }: WebhookResponse,
): void {
	const response = functions.getResponseObject();
	if (retryAfterMs !== undefined) {
		response.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
	}
	response.status(status).json({ message });
}
