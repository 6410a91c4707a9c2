import type { Failure, TimedCause } from 'n8n-workflow';
import type { DownloadError } from '../api/downloadErrors';
import type { VeoError, VeoErrorKind } from '../api/errors';

/** The API or its host is down at the moment. */
const TEMPORARY_KINDS: ReadonlySet<DownloadError['kind']> = new Set([
	'serverError',
	'gateway',
	'refused',
	'unreachable',
	'reset',
	'timeout',
] as const);

/** Somebody has to correct the node or the base URL. */
const CONFIGURATION_KINDS: ReadonlySet<VeoErrorKind> = new Set([
	'invalidParameters',
	'notVeoApi',
	'redirect',
	'blocked',
] as const);

/**
 * The cause of a failed call in n8n's terms, for error workflows (n8n-workflow 2.41,
 * errors/failure.d.ts).
 * @returns undefined if the response doesn't prove a cause, as n8n's guidelines require
 */
export function failureOf(error: VeoError): Failure | undefined {
	const { kind } = error;
	if (kind === 'authentication') return { cause: 'credential-invalid' };
	return CONFIGURATION_KINDS.has(kind) ? { cause: 'configuration-invalid' } : timedFailureOf(error);
}

/** The same for a download: the host of a video knows neither the credential nor the node. */
export function timedFailureOf({ kind, retryAfterMs }: DownloadError): Failure | undefined {
	const cause = timedCauseOf(kind);
	return cause && { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** A cause that a wait resolves. */
function timedCauseOf(kind: DownloadError['kind']): TimedCause | undefined {
	if (kind === 'rateLimited') return 'rate-limited';
	if (kind === 'insufficientCredits') return 'quota-exhausted';
	return TEMPORARY_KINDS.has(kind) ? 'temporarily-unavailable' : undefined;
}
