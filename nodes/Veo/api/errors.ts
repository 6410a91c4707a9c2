import type { NetworkFaultKind } from './http';
import type { JsonObject } from './types';

/** What went wrong with a call, in terms of what it means for the caller. */
export type FailureKind =
	// an envelope said so (veo-api.md, "Codes")
	| 'invalidParameters'
	| 'insufficientCredits'
	| 'authentication'
	| 'rateLimited'
	| 'serverFault'
	| 'unknownCode'
	// the answer was no envelope
	| 'gateway'
	| 'notVeoApi'
	| 'redirect'
	| 'malformed'
	// there was no answer
	| NetworkFaultKind;

export interface Failure {
	kind: FailureKind;
	/** The envelope's code; undefined where there was no envelope. */
	code?: number;
	/** Undefined where there was no answer. */
	httpStatus?: number;
	/** The API's or the network's own words. */
	detail: string;
	/** The envelope's `data`, for code 1001 `required` and `current`. */
	data?: JsonObject;
	/** How long the server asked to wait (Retry-After). */
	retryAfterMs?: number;
	/** The call was given up before anything of it was sent. */
	unsent?: true;
}

/** Every call ends in one of these: data, or a failure to judge. Nothing is thrown. */
export type Answer<T> = { ok: true; data: T } | { ok: false; failure: Failure };

export function failed(failure: Failure): { ok: false; failure: Failure } {
	return { ok: false, failure };
}

/** The server refused for being asked too often: all calls should slow down, not only this one. */
export function isRefusal(failure: Failure): boolean {
	return failure.kind === 'rateLimited';
}

const PASSING_KINDS: ReadonlySet<FailureKind> = new Set([
	'rateLimited',
	'serverFault',
	'gateway',
	'malformed',
	'refused',
	'dns',
	'tls',
	'reset',
	'timeout',
	'network',
]);

/** Whether the same call may go through later. Says nothing about whether repeating it is safe. */
export function mayPass(failure: Failure): boolean {
	return PASSING_KINDS.has(failure.kind);
}

const NEVER_ACCEPTED: ReadonlySet<FailureKind> = new Set([
	// the server answered in its own envelope that it did not do it
	'invalidParameters',
	'insufficientCredits',
	'authentication',
	'rateLimited',
	'serverFault',
	// nobody who could do it was reached
	'notVeoApi',
	'redirect',
	'refused',
	'dns',
	'tls',
]);

/**
 * Whether a paid request that ended so may have been accepted all the same.
 * If it may, it must not be repeated (node-interface.md, "Credit safety", 2).
 */
export function mayHaveBeenAccepted(failure: Failure): boolean {
	const { kind, unsent, httpStatus = 0 } = failure;
	if (unsent) return false;
	// what an unknown code means is open, unless the status says that the request was refused
	return kind === 'unknownCode' ? httpStatus < 400 : !NEVER_ACCEPTED.has(kind);
}
