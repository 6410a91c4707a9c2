import { setTimeout as sleep } from 'node:timers/promises';

import axios, { isAxiosError, type AxiosRequestConfig } from 'axios';

import { type Job, standingOf } from './jobs';
import type { CallbackCall, Settings } from './types';

const MOST_TRIES = 8;
const ANSWER_TIMEOUT_MS = 30_000;
/** Longest that a timer of Node.js runs. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Tells whoever asked for it that a job has ended. The vendor documents no such calls; these do what
 * services usually do: a POST, again with growing pauses until it is answered with 2xx.
 */
export class Callbacks {
	private calls: CallbackCall[] = [];
	private stop = new AbortController();

	/** @param settings as they are at the moment */
	constructor(private readonly settings: () => Settings) {}

	/** Sees to it that a job's end will be told to whoever is to be called as of now. */
	expectEnd(job: Job): void {
		const { callbackUrl: own } = job.extra;
		const url = typeof own === 'string' ? own : this.settings().callbackUrl;
		if (url === null) return;
		// it rejects when all is cleared or closed meanwhile: then nobody is to be called any more
		void this.tellEnd(job, url, this.stop.signal).catch(() => {});
	}

	all(): CallbackCall[] {
		return this.calls;
	}

	/** Forgets all calls, and those to come. */
	clear(): void {
		this.stop.abort();
		this.stop = new AbortController();
		this.calls = [];
	}

	private async tellEnd(job: Job, url: string, signal: AbortSignal): Promise<void> {
		const leftMs = job.createdAt + job.durationMs - Date.now();
		await sleep(Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS), undefined, { signal, ref: false });
		const settings = this.settings();
		for (let times = 0; times < settings.callbackTimes; times += 1) {
			await this.deliver(job, url, settings, signal);
		}
	}

	private async deliver(job: Job, url: string, settings: Settings, signal: AbortSignal) {
		let pauseMs = settings.callbackRetrySeconds * 1000;
		for (let tries = 1; tries <= MOST_TRIES; tries += 1, pauseMs *= 2) {
			const at = Date.now();
			const end = await post({ ...requestFor(job, settings), url, signal });
			signal.throwIfAborted();
			this.calls.push({ uuid: job.uuid, url, at, try: tries, ...end });
			if (end.status !== null && end.status < 300) return;
			await sleep(pauseMs, undefined, { signal, ref: false });
		}
	}
}

function requestFor(job: Job, settings: Settings): AxiosRequestConfig {
	const { uuid } = job;
	const { status } = standingOf(job, Date.now());
	const { callbackPlace: place, callbackHeaders: headers } = settings;
	if (place === 'query') return { headers, params: { uuid } };
	const data = { uuid, status };
	return { headers, data: place === 'data' ? { event: `video.${status}`, data } : data };
}

async function post(request: AxiosRequestConfig): Promise<Pick<CallbackCall, 'status' | 'answer'>> {
	try {
		const { status, data } = await axios.request<string>({
			...request,
			method: 'POST',
			timeout: ANSWER_TIMEOUT_MS,
			responseType: 'text',
			maxRedirects: 0,
			proxy: false,
			validateStatus: () => true,
		});
		return { status, answer: data };
	} catch (error) {
		const reason = isAxiosError(error) ? error.code : undefined;
		return { status: null, answer: reason ?? String(error) };
	}
}
