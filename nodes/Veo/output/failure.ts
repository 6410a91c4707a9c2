import type { ActionableCause, Failure, TimedCause } from 'n8n-workflow';
import type { DownloadError } from '../api/downloadErrors';
import type { VeoError, VeoErrorKind } from '../api/errors';

/** The API recovers by itself, so a wait can help. */
const TIMED_CAUSES: ReadonlyMap<DownloadError['kind'], TimedCause> = new Map([
	['rateLimited', 'rate-limited'],
	['insufficientCredits', 'quota-exhausted'],
	['serverError', 'temporarily-unavailable'],
	['gateway', 'temporarily-unavailable'],
	['refused', 'temporarily-unavailable'],
	['unreachable', 'temporarily-unavailable'],
	['reset', 'temporarily-unavailable'],
	['timeout', 'temporarily-unavailable'],
]);

/** Somebody has to act first. */
const ACTIONABLE_CAUSES: ReadonlyMap<VeoErrorKind, ActionableCause> = new Map([
	['authentication', 'credential-invalid'],
	['invalidParameters', 'configuration-invalid'],
	['notVeoApi', 'configuration-invalid'],
	['redirect', 'configuration-invalid'],
	['blocked', 'configuration-invalid'],
]);

/**
 * The cause of a failed call in n8n's terms, for error workflows (n8n-workflow 2.41,
 * errors/failure.d.ts).
 * @returns undefined if the response doesn't prove a cause, as n8n's guidelines require
 */
export function failureOf(error: VeoError): Failure | undefined {
	const cause = ACTIONABLE_CAUSES.get(error.kind);
	return cause === undefined ? timedFailureOf(error) : { cause };
}

/** The same for a download: the host of a video knows neither the credential nor the node. */
export function timedFailureOf({ kind, ...error }: DownloadError): Failure | undefined {
	const cause = TIMED_CAUSES.get(kind);
	if (cause === undefined) return undefined;
	const retryAfterMs = 'retryAfterMs' in error ? error.retryAfterMs : undefined;
	return { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
