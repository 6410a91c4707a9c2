import { sleep, type IHttpRequestOptions, type IN8nHttpFullResponse } from 'n8n-workflow';
import type { Clock } from '../retry/clock';
import type { HttpAnswer, HttpRequest, NetworkFault, Send } from '../api/http';
import { CREDENTIAL, type Account, type ApiFunctions } from './credential';
import { networkFault } from './networkErrors';
import { redacting } from './redaction';

/** The real time. n8n's sleep ignores the signal before n8n-workflow 2.34, hence the race. */
export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		if (ms <= 0 || signal?.aborted) return;
		if (!signal) return await sleep(ms);
		let onAbort = () => {};
		const aborted = new Promise<void>((resolve) => {
			onAbort = resolve;
			signal.addEventListener('abort', onAbort, { once: true });
		});
		// it rejects when the signal is aborted, which is no news here
		await Promise.race([sleep(ms, signal).catch(() => {}), aborted]);
		signal.removeEventListener('abort', onAbort);
	},
};

/** Made once: without a reason given, each abort would make an error with its stack. */
const DONE = new Error('done');

/**
 * Runs a call no longer than `limitMs`. Axios' own timeout counts from the last byte, so that a
 * trickling answer would never end; n8n replaces any signal of ours on signed requests, so the call
 * is left to itself then.
 */
export async function within<T>(limitMs: number, call: Promise<T>, late: () => T): Promise<T> {
	const done = new AbortController();
	try {
		return await Promise.race([call, systemClock.sleep(limitMs, done.signal).then(late)]);
	} finally {
		done.abort(DONE);
	}
}

/**
 * Sends requests through n8n's own client: signed with the credential, with the instance's proxy,
 * TLS and SSRF settings, and cut when the execution is cancelled.
 */
export function apiTransport(functions: ApiFunctions, { apiKey, baseUrl }: Account): Send {
	const redact = redacting(apiKey);

	return async (request) => {
		const sent = exchange(functions, baseUrl, request).then(
			({ status, headers, text }): HttpAnswer => ({
				status,
				headers: Object.fromEntries(
					Object.entries(headers).map(([name, value]) => [name, redact(value)]),
				),
				text: redact(text),
			}),
			(error: unknown): NetworkFault => {
				const { fault, detail } = networkFault(error);
				return { fault, detail: redact(detail) };
			},
		);
		return await within<HttpAnswer | NetworkFault>(request.timeoutMs, sent, () => ({
			fault: 'timeout',
			detail: `No complete answer within ${Math.round(request.timeoutMs / 1000)} seconds`,
		}));
	};
}

async function exchange(
	functions: ApiFunctions,
	baseUrl: string,
	{ method, path, headers, body, timeoutMs }: HttpRequest,
): Promise<HttpAnswer> {
	const options: IHttpRequestOptions = {
		method,
		url: `${baseUrl}${path}`,
		headers: { accept: 'application/json', ...headers },
		body,
		// text: the envelope is parsed here, so that broken JSON is told from a missing answer
		encoding: 'text',
		timeout: timeoutMs,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		// a redirect would carry the key to another host, and keep an upload in memory to repeat it
		disableFollowRedirect: true,
	};
	const response: IN8nHttpFullResponse = await functions.helpers.httpRequestWithAuthentication.call(
		functions,
		CREDENTIAL,
		options,
	);
	return {
		status: response.statusCode,
		headers: plainHeaders(response.headers),
		text: typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? ''),
	};
}

/** Header values as text, names in lower case. */
export function plainHeaders(headers: IN8nHttpFullResponse['headers']): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]),
	);
}
