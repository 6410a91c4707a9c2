import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { VeoError } from '../api/errors';
import { callError } from '../output/errors';
import { jobJson } from '../output/itemJson';
import { isUnknownId } from '../output/messages';
import { WebhookContext } from './context';
import { extractVideoId, isTooLarge } from './request';
import { hasValidSecret } from './secret';
import { SingleFlight } from './singleFlight';

/** The sender waits for the response, in most cases not longer than this. */
const WEBHOOK_STATUS_TIMEOUT_MS = 10_000;

/** The response to the sender, and an item if the workflow is started. */
interface WebhookResponse {
	status: number;
	message: string;
	/** The delay that the API requested. */
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

const statusChecks = new SingleFlight<WebhookResponse>();

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
		functions.logger.error(error instanceof Error ? error.message : String(error));
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
	const { result, isLeader } = await statusChecks.run(
		key,
		async () => await checkStatus(context, uuid),
	);
	return isLeader || !result.item ? result : RECEIVED;
}

/** Gets the status from the API. @throws NodeApiError if the video's file can't be downloaded */
async function checkStatus(context: WebhookContext, uuid: string): Promise<WebhookResponse> {
	const client = await context.createClient();
	const result = await client.getVideoStatus(uuid, WEBHOOK_STATUS_TIMEOUT_MS);
	if (!result.ok) return handleApiError(context, result.error, uuid);
	const job = result.value;
	const { events, target } = context.settings;
	if (!events.includes(job.status)) return IGNORED;

	const eventKey = `${uuid}:${job.status}`;
	const processed = context.processedEvents();
	if (!context.isTest && processed.has(eventKey)) return RECEIVED;
	const download = target && job.status === 'completed';
	const binary = download ? await context.download(job, target) : undefined;
	if (!context.isTest) processed.add(eventKey);
	return { ...RECEIVED, item: { json: jobJson(job), ...(binary && { binary }) } };
}

/** An unknown ID is the sender's mistake; any other error may be temporary. */
function handleApiError(context: WebhookContext, error: VeoError, uuid: string): WebhookResponse {
	if (isUnknownId(error)) return IGNORED;
	const { message, description } = callError(context, 0, error, 'getStatus', uuid);
	context.logger.warn(`${message}. ${description ?? ''}`, { uuid });
	return { ...UNAVAILABLE, retryAfterMs: error.retryAfterMs };
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
