import type { Result } from '../result';
import type { NetworkErrorKind } from './http';
import type { JsonObject } from './types';

/** The cause of a failed call, in terms of its consequences for the caller. */
export type VeoErrorKind =
	// reported in the response envelope (docs/api-contract.md, "Codes")
	| 'invalidParameters'
	| 'insufficientCredits'
	| 'authentication'
	| 'rateLimited'
	| 'serverError'
	| 'unknownCode'
	// the response had no envelope
	| 'gateway'
	| 'notVeoApi'
	| 'redirect'
	| 'malformed'
	// there was no response
	| NetworkErrorKind;

/** A failed call as data: nothing below the n8n layer throws for what the API or network does. */
export interface VeoError {
	kind: VeoErrorKind;
	/** The envelope's code; undefined without an envelope. */
	code?: number;
	/** Undefined without a response. */
	httpStatus?: number;
	/** The wording of the API or the network stack. */
	detail: string;
	/** The envelope's `data`; for code 1001 `required` and `current`. */
	data?: JsonObject;
	/** The delay that the server requested (Retry-After). */
	retryAfterMs?: number;
	/** The call was given up before anything was sent. */
	unsent?: true;
}

export type ApiResult<T> = Result<T, VeoError>;

const TRANSIENT_KINDS: ReadonlySet<VeoErrorKind> = new Set([
	'rateLimited',
	'serverError',
	'gateway',
	'malformed',
	'refused',
	'dns',
	'tls',
	'reset',
	'timeout',
	'network',
]);

/**
 * Whether the same call can succeed later. Sufficient for a retry of a call without cost, such as a
 * status check or an upload.
 */
export function isTransient({ kind }: VeoError): boolean {
	return TRANSIENT_KINDS.has(kind);
}

const NOT_ACCEPTED_KINDS: ReadonlySet<VeoErrorKind> = new Set([
	// the API itself reported that it rejected the request
	'invalidParameters',
	'insufficientCredits',
	'authentication',
	'rateLimited',
	'serverError',
	// the request did not reach the API
	'notVeoApi',
	'redirect',
	'refused',
	'dns',
	'tls',
]);

/**
 * Whether a paid request that failed this way may have been accepted.
 * If so, it must not be sent again (docs/credit-safety.md, rule 2).
 */
export function mayHaveBeenAccepted({ kind, unsent, httpStatus = 0 }: VeoError): boolean {
	if (unsent) return false;
	// an unknown code can mean anything, unless the HTTP status reports a rejection
	return kind === 'unknownCode' ? httpStatus < 400 : !NOT_ACCEPTED_KINDS.has(kind);
}

/** Whether a paid request can be sent again: only if it cannot have been accepted. */
export function isSubmitRetryable(error: VeoError): boolean {
	return isTransient(error) && !mayHaveBeenAccepted(error);
}
