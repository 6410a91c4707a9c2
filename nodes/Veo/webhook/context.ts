import type { IBinaryKeyData, INode, IWebhookFunctions } from 'n8n-workflow';
import { VeoClient } from '../api/client';
import type { VideoJob } from '../api/types';
import { downloadVideo, type DownloadContext } from '../execution/downloadVideo';
import type { DownloadTarget } from '../parameters/downloadTarget';
import { RateLimiter } from '../retry/rateLimiter';
import type { CallContext } from '../retry/retry';
import { createClock } from '../transport/clock';
import { readCredential } from '../transport/credential';
import { createRedactor } from '../transport/redaction';
import { createSend } from '../transport/send';
import { nodeStateOf } from './nodeState';
import { ProcessedEvents } from './processedEvents';
import type { WebhookRequest } from './request';
import { readSettings, type Settings } from './settings';
import type { StatusLimiter } from './statusLimiter';

/** Few, since the sender waits for the response. */
const DOWNLOAD_RETRIES = 2;
/** For the download with its retries; the workflow starts after it. */
const DOWNLOAD_LIMIT_MS = 300_000;

/** One webhook request, with everything that its handling needs from n8n. */
export class WebhookContext implements DownloadContext {
	readonly node: INode;
	readonly request: WebhookRequest;
	/** A request to the test URL, which can be repeated. */
	readonly isTest: boolean;
	/** Unique for each node of each workflow. */
	readonly nodeKey: string;
	readonly statusLimiter: StatusLimiter;
	/** Masks the key, once it is read. */
	redact = (text: string): string => text;
	readonly downloadLimitMs = DOWNLOAD_LIMIT_MS;
	private readonly clock = createClock();

	private constructor(
		readonly functions: IWebhookFunctions,
		readonly settings: Settings,
	) {
		this.node = functions.getNode();
		this.isTest = functions.getMode() === 'manual';
		const { nodeKey, statusLimiter } = nodeStateOf(functions);
		this.nodeKey = nodeKey;
		this.statusLimiter = statusLimiter;
		this.request = {
			headers: functions.getHeaderData(),
			query: functions.getQueryData(),
			body: functions.getBodyData(),
			rawBody: Reflect.get(functions.getRequestObject(), 'rawBody'),
		};
	}

	/** @throws NodeOperationError if a setting is invalid */
	static async create(functions: IWebhookFunctions): Promise<WebhookContext> {
		return new WebhookContext(functions, await readSettings(functions));
	}

	/** @throws NodeOperationError if the credential is invalid */
	async createClient(): Promise<VeoClient> {
		const credential = await readCredential(this.functions);
		this.redact = createRedactor(credential.apiKey);
		return new VeoClient(createSend(this.functions, credential), this.clock.wallNow, this.redact);
	}

	/** Logs at most one line a minute for each topic. */
	warn(topic: string, text: string, uuid: string): void {
		const line = nodeStateOf(this.functions).log.line(topic, text);
		if (line !== undefined) this.functions.logger.warn(line, { uuid });
	}

	/** Reads the static data, so call it only after the last wait before its use. */
	processedEvents(): ProcessedEvents {
		return new ProcessedEvents(this.nodeKey, this.functions.getWorkflowStaticData('node'));
	}

	/** @throws NodeApiError if the file can't be downloaded */
	async download(job: VideoJob, target: DownloadTarget): Promise<IBinaryKeyData> {
		return await downloadVideo(this, 0, job, target);
	}

	downloadCallContext(): CallContext {
		return {
			clock: this.clock,
			rateLimiter: new RateLimiter(this.clock),
			random: Math.random,
			maxRetries: DOWNLOAD_RETRIES,
			signal: new AbortController().signal,
		};
	}
}
