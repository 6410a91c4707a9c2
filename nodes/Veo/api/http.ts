/**
 * The HTTP client that the API client needs. transport/send.ts implements it with n8n's request
 * helper, so that this folder is independent of n8n.
 */
export interface HttpRequest {
	method: 'GET' | 'POST';
	/** Path below the base URL, with a leading slash, already encoded. */
	path: string;
	headers?: Record<string, string>;
	body?: string | Buffer | NodeJS.ReadableStream;
	/** Milliseconds for the whole call, including the time to send the body. */
	timeoutMs: number;
}

/** A response with any HTTP status; response.ts interprets it. */
export interface HttpResponse {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	text: string;
	/** The response exceeds the limit; `text` is only its start. */
	isTooLarge?: true;
}

/**
 * Why there was no response. After `reset`, `timeout` and `network` the request may have been accepted;
 * all others occur before the server can read it (`blocked`: n8n's SSRF protection; `local`: n8n's own
 * machine has no resources left).
 */
export type NetworkErrorKind =
	| 'refused'
	| 'dns'
	| 'tls'
	| 'unreachable'
	| 'blocked'
	| 'local'
	| 'reset'
	| 'timeout'
	| 'network'
	| 'canceled';

export interface NetworkError {
	kind: NetworkErrorKind;
	/** Technical wording, for the user's administrator. */
	detail: string;
	/** No connection was made. */
	unsent?: true;
	/** The start of the body, if the response broke off in it. */
	received?: string;
}

/** Sends one request, once. Must not throw for what the network or the server does. */
export type Send = (request: HttpRequest) => Promise<HttpResponse | NetworkError>;
