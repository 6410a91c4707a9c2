import { setTimeout as sleep } from 'node:timers/promises';

import axios, { isAxiosError, type AxiosRequestConfig } from 'axios';

import type { Settings } from './controlContract';
import type { CallbackAttempt } from './controlResponses';
import { type Job, progressAt } from './jobs';

const MAX_ATTEMPTS = 8;
const RESPONSE_TIMEOUT_MS = 30_000;
/** The longest delay of a Node.js timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Sends a POST to the callback URL when a job ends. The provider documents no callbacks, so these
 * follow common practice: retries with exponential backoff until the response is 2xx.
 */
export class Callbacks {
	private attempts: CallbackAttempt[] = [];
	private cancellation = new AbortController();

	/** @param settings returns the current settings */
	constructor(private readonly settings: () => Settings) {}

	/** Schedules the callback of a job. Later changes of the callback URL don't affect it. */
	schedule(job: Job): void {
		const { callbackUrl: requestUrl } = job.additionalFields;
		const url = typeof requestUrl === 'string' ? requestUrl : this.settings().callbackUrl;
		if (url === null) return;
		// It rejects only when canceled by clear(), which needs no handling.
		void this.deliverAtEnd(job, url, this.cancellation.signal).catch(() => {});
	}

	all(): CallbackAttempt[] {
		return this.attempts;
	}

	/** Deletes all attempts and cancels scheduled callbacks. */
	clear(): void {
		this.cancellation.abort();
		this.cancellation = new AbortController();
		this.attempts = [];
	}

	private async deliverAtEnd(job: Job, url: string, signal: AbortSignal): Promise<void> {
		const remainingMs = job.createdAt + job.durationMs - Date.now();
		await sleep(Math.min(Math.max(remainingMs, 0), MAX_TIMER_MS), undefined, {
			signal,
			ref: false,
		});
		const settings = this.settings();
		for (let count = 0; count < settings.callbackDeliveries; count += 1) {
			await this.deliver(job, url, settings, signal);
		}
	}

	private async deliver(job: Job, url: string, settings: Settings, signal: AbortSignal) {
		let delayMs = settings.callbackRetrySeconds * 1000;
		for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1, delayMs *= 2) {
			const at = Date.now();
			const result = await post({ ...requestFor(job, settings), url, signal });
			signal.throwIfAborted();
			this.attempts.push({ uuid: job.uuid, url, at, attempt, ...result });
			if (result.status !== null && result.status < 300) return;
			await sleep(delayMs, undefined, { signal, ref: false });
		}
	}
}

function requestFor(job: Job, settings: Settings): AxiosRequestConfig {
	const { uuid } = job;
	const { status } = progressAt(job, Date.now());
	const { callbackFormat: format, callbackHeaders: headers } = settings;
	if (format === 'query') return { headers, params: { uuid } };
	const data = { uuid, status };
	return { headers, data: format === 'data' ? { event: `video.${status}`, data } : data };
}

async function post(
	request: AxiosRequestConfig,
): Promise<Pick<CallbackAttempt, 'status' | 'response'>> {
	try {
		const { status, data } = await axios.request<string>({
			...request,
			method: 'POST',
			timeout: RESPONSE_TIMEOUT_MS,
			responseType: 'text',
			maxRedirects: 0,
			proxy: false,
			validateStatus: () => true,
		});
		return { status, response: data };
	} catch (error) {
		const reason = isAxiosError(error) ? error.code : undefined;
		return { status: null, response: reason ?? String(error) };
	}
}
