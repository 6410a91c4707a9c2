import type { ICredentialTestFunctions } from 'n8n-workflow';
import type { HttpResponse, NetworkError, Send } from '../api/http';
import { withTimeout } from './clock';
import type { VeoCredential } from './credential';
import { classifyNetworkError } from './networkErrors';
import { normalizeHeaders } from './send';

/**
 * Sends the requests of a credential test. n8n gives credential tests only this helper, which exists
 * nowhere else: it has the instance's proxy, TLS and SSRF settings, but does not sign.
 */
export function createCredentialTestSend(
	functions: ICredentialTestFunctions,
	{ apiKey, baseUrl }: VeoCredential,
): Send {
	const exchange = async (method: string, path: string, timeout: number): Promise<HttpResponse> => {
		const { statusCode, headers, body } = await functions.helpers.request({
			method,
			url: `${baseUrl}${path}`,
			headers: { accept: 'application/json', authorization: `Bearer ${apiKey}` },
			timeout,
			// text in a full response with any HTTP status; a redirect would send the key to another host
			json: false,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
		});
		return {
			status: Number(statusCode),
			headers: normalizeHeaders(headers),
			text: typeof body === 'string' ? body : '',
		};
	};
	return async ({ method, path, timeoutMs }) =>
		await withTimeout<HttpResponse | NetworkError>(
			timeoutMs,
			exchange(method, path, timeoutMs).catch(classifyNetworkError),
			() => ({ kind: 'timeout', detail: `No response within ${timeoutMs / 1000} seconds` }),
		);
}
