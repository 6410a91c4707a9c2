import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { HttpRequest, HttpResponse, NetworkError, Send } from '../api/http';
import { withTimeout } from './clock';
import { CREDENTIAL_TYPE, type ApiFunctions, type VeoCredential } from './credential';
import { classifyNetworkError } from './networkErrors';
import { createRedactor } from './redaction';

/**
 * Sends requests through n8n's own client: signed with the credential, with the instance's proxy,
 * TLS and SSRF settings, and aborted when the execution is canceled.
 */
export function createSend(functions: ApiFunctions, { apiKey, baseUrl }: VeoCredential): Send {
	const redact = createRedactor(apiKey);

	return async (request) => {
		const call = exchange(functions, baseUrl, request).then(
			({ status, headers, text }): HttpResponse => ({
				status,
				headers: Object.fromEntries(
					Object.entries(headers).map(([name, value]) => [name, redact(value)]),
				),
				text: redact(text),
			}),
			(thrown: unknown): NetworkError => {
				const { kind, detail } = classifyNetworkError(thrown);
				return { kind, detail: redact(detail) };
			},
		);
		return await withTimeout<HttpResponse | NetworkError>(request.timeoutMs, call, () => ({
			kind: 'timeout',
			detail: `No complete response within ${Math.round(request.timeoutMs / 1000)} seconds`,
		}));
	};
}

async function exchange(
	functions: ApiFunctions,
	baseUrl: string,
	{ method, path, headers, body, timeoutMs }: HttpRequest,
): Promise<HttpResponse> {
	const options: IHttpRequestOptions = {
		method,
		url: `${baseUrl}${path}`,
		headers: { accept: 'application/json', ...headers },
		body,
		// text: the envelope is parsed here, to distinguish invalid JSON from a missing response
		encoding: 'text',
		timeout: timeoutMs,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		// a redirect would send the key to another host, and keep an upload in memory to repeat it
		disableFollowRedirect: true,
	};
	const response: IN8nHttpFullResponse = await functions.helpers.httpRequestWithAuthentication.call(
		functions,
		CREDENTIAL_TYPE,
		options,
	);
	return {
		status: response.statusCode,
		headers: normalizeHeaders(response.headers),
		text: typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? ''),
	};
}

/** Header values as text, names in lower case. */
export function normalizeHeaders(headers: IN8nHttpFullResponse['headers']): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]),
	);
}
