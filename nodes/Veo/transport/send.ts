import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { HttpRequest, HttpResponse, NetworkError, Send } from '../api/http';
import { withTimeout } from './clock';
import { CREDENTIAL_TYPE, type ApiFunctions, type VeoCredential } from './credential';
import { classifyNetworkError } from './networkErrors';
import { isReadable } from './readable';
import { ResponseBody } from './responseBody';

/** Created once: without a reason, each abort would create an error with its stack trace. */
const ENDED = new Error('The call has ended');

/**
 * Sends requests through n8n's own client: signed with the credential, with the instance's proxy, TLS
 * and SSRF settings. However a call ends, its connection is closed then: at its timeout, at the limit
 * for a response, and when the execution is canceled.
 */
export function createSend(functions: ApiFunctions, { baseUrl }: VeoCredential): Send {
	return async (request) => {
		const connection = new AbortController();
		const close = () => connection.abort(ENDED);
		const canceled =
			'getExecutionCancelSignal' in functions ? functions.getExecutionCancelSignal() : undefined;
		canceled?.addEventListener('abort', close);
		if (canceled?.aborted) close();

		const body = new ResponseBody();
		const options = requestOptions(baseUrl, request, connection.signal);
		const call = exchange(functions, options, body).catch(classifyNetworkError);
		try {
			const { timeoutMs } = request;
			const result = await withTimeout<HttpResponse | NetworkError>(timeoutMs, call, () => ({
				kind: 'timeout',
				detail: `No complete response within ${Math.round(timeoutMs / 1000)} seconds`,
			}));
			return 'kind' in result && body.start !== '' ? { ...result, received: body.start } : result;
		} finally {
			canceled?.removeEventListener('abort', close);
			close();
		}
	};
}

function requestOptions(
	baseUrl: string,
	{ method, path, headers, body, timeoutMs }: HttpRequest,
	signal: AbortSignal,
): IHttpRequestOptions {
	return {
		method,
		url: `${baseUrl}${path}`,
		headers: { accept: 'application/json', ...headers },
		body,
		// n8n has no limit for the size of a response, and decompresses it: the stream is counted
		encoding: 'stream',
		timeout: timeoutMs,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		// a redirect would send the key to another host, and keep an upload in memory to repeat it
		disableFollowRedirect: true,
		get abortSignal() {
			return signal;
		},
		// n8n sets the execution's signal here (2.41.1, httpRequestWithAuthentication), which would
		// replace the one that also closes the connection of a call that is given up
		set abortSignal(_cancelSignal) {},
	};
}

async function exchange(
	functions: ApiFunctions,
	options: IHttpRequestOptions,
	body: ResponseBody,
): Promise<HttpResponse> {
	const response: IN8nHttpFullResponse = await functions.helpers.httpRequestWithAuthentication.call(
		functions,
		CREDENTIAL_TYPE,
		options,
	);
	const received = { status: response.statusCode, headers: normalizeHeaders(response.headers) };
	if (!isReadable(response.body)) {
		// from n8n's own stand-in for an API
		const { body: content = '' } = response;
		return {
			...received,
			text: typeof content === 'string' ? content : JSON.stringify(content),
		};
	}
	await body.read(response.body);
	return body.isTooLarge
		? { ...received, text: body.start, isTooLarge: true }
		: { ...received, text: body.text };
}

/** Header values as text, names in lower case. */
export function normalizeHeaders(headers: IN8nHttpFullResponse['headers']): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]),
	);
}
