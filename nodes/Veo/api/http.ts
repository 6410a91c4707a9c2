/**
 * What the API client needs of the world: something that sends a request and tells what came of it.
 * n8n's request helper is plugged in by actions/common/transport.ts, so this folder knows no n8n.
 */
export interface HttpRequest {
	method: 'GET' | 'POST';
	/** Path below the base URL, beginning with a slash, already encoded. */
	path: string;
	headers?: Record<string, string>;
	body?: string | Buffer | NodeJS.ReadableStream;
	/** Milliseconds for the whole call, the time to send the body included. */
	timeoutMs: number;
}

/** An answer of any status: what it means is for envelope.ts to say. */
export interface HttpAnswer {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	text: string;
}

/**
 * Why there was no answer. `refused`, `dns` and `tls` happen before a request can have been read,
 * so that nothing can have been accepted; after `reset`, `timeout` and `network` it may have been.
 */
export type NetworkFaultKind =
	| 'refused'
	| 'dns'
	| 'tls'
	| 'reset'
	| 'timeout'
	| 'network'
	| 'stopped';

export interface NetworkFault {
	fault: NetworkFaultKind;
	/** The technical words, for the user's administrator. */
	detail: string;
}

/** Sends one request, once. Must not throw for what the network or the server does. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer | NetworkFault>;
