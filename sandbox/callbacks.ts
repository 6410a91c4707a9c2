import axios, { isAxiosError, type AxiosRequestConfig } from 'axios';

import type { Clock } from './clock';
import type { Settings } from './controlContract';
import type { CallbackAttempt } from './controlResponses';
import { endOf, type Job, progressAt } from './jobs';
import { jobEffectsOf } from './magicPrompts';

const MAX_ATTEMPTS = 8;
const RESPONSE_TIMEOUT_MS = 30_000;

/**
 * Sends a POST to the callback URL when a job ends. The provider documents no callbacks, so these
 * follow common practice: retries with exponential backoff until the response is 2xx.
 */
export class Callbacks {
	private attempts: CallbackAttempt[] = [];
	private cancellation = new AbortController();

	/** @param settings returns the current settings */
	constructor(
		private readonly settings: () => Settings,
		private readonly clock: Clock,
	) {}

	/** Schedules the callback of a job. Later changes of the callback URL don't affect it. */
	schedule(job: Job): void {
		const url = this.urlOf(job);
		if (url === null) return;
		// It rejects only when canceled by clear(), which needs no handling.
		void this.deliverAtEnd(job, url, this.cancellation.signal).catch(() => {});
	}

	/** The URL in the generate request, or that of the settings. */
	urlOf(job: Job): string | null {
		const { callbackUrl } = job.additionalFields;
		return typeof callbackUrl === 'string' ? callbackUrl : this.settings().callbackUrl;
	}

	/** Sends a callback with the current status of the job, once and without retries. */
	async send(job: Job, url: string): Promise<CallbackAttempt> {
		return await this.attempt(job, url, this.settings(), this.cancellation.signal);
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
		const { callbackAt = 1, callbackDeliveries } = jobEffectsOf(job.prompt);
		const beforeEndMs = (1 - callbackAt) * job.durationMs;
		await this.clock.sleepUntil(endOf(job) - beforeEndMs, signal);
		const settings = this.settings();
		const deliveries = callbackDeliveries ?? settings.callbackDeliveries;
		for (let count = 0; count < deliveries; count += 1) {
			await this.deliver(job, url, settings, signal);
		}
	}

	private async deliver(job: Job, url: string, settings: Settings, signal: AbortSignal) {
		let delayMs = settings.callbackRetrySeconds * 1000;
		for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1, delayMs *= 2) {
			const { status } = await this.attempt(job, url, settings, signal, attempt);
			if (status !== null && status < 300) return;
			await this.clock.sleepUntil(this.clock.now() + delayMs, signal);
		}
	}

	private async attempt(
		job: Job,
		url: string,
		settings: Settings,
		signal: AbortSignal,
		attempt = 1,
	): Promise<CallbackAttempt> {
		const at = this.clock.now();
		const { status } = progressAt(job, at);
		const result = await post({ ...requestFor(job.uuid, status, settings), url, signal });
		signal.throwIfAborted();
		const made = { uuid: job.uuid, url, at, attempt, ...result };
		this.attempts.push(made);
		return made;
	}
}

function requestFor(uuid: string, status: string, settings: Settings): AxiosRequestConfig {
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
