import type { Failure } from 'n8n-workflow';
import { mayHaveBeenAccepted, type VeoErrorKind } from '../../../nodes/Veo/api/errors';
import { createJob } from '../../../nodes/Veo/api/parse';
import { errorItem } from '../../../nodes/Veo/output/errorItems';
import {
	callError,
	downloadError,
	failedJobError,
	notResentError,
} from '../../../nodes/Veo/output/errors';
import { failureOf, timedFailureOf } from '../../../nodes/Veo/output/failure';
import { aNode } from '../../harness/nodes';
import { createError, ERROR_KINDS } from '../support/errors';

const source = { node: aNode({ name: 'Veo 3.1', type: 'veo' }), redact: (text: string) => text };

/** The cause for each kind, as in docs/errors.md; a new kind without a decision does not compile. */
const CAUSES: Readonly<Record<VeoErrorKind, Failure['cause'] | undefined>> = {
	rateLimited: 'rate-limited',
	insufficientCredits: 'quota-exhausted',
	serverError: 'temporarily-unavailable',
	gateway: 'temporarily-unavailable',
	refused: 'temporarily-unavailable',
	unreachable: 'temporarily-unavailable',
	reset: 'temporarily-unavailable',
	timeout: 'temporarily-unavailable',
	authentication: 'credential-invalid',
	invalidParameters: 'configuration-invalid',
	notVeoApi: 'configuration-invalid',
	redirect: 'configuration-invalid',
	blocked: 'configuration-invalid',
	// the response proves no cause
	unknownCode: undefined,
	malformed: undefined,
	dns: undefined,
	tls: undefined,
	local: undefined,
	network: undefined,
	canceled: undefined,
};
const TIMED: ReadonlySet<unknown> = new Set([
	'rate-limited',
	'quota-exhausted',
	'temporarily-unavailable',
]);

describe.each(ERROR_KINDS)('the cause of %s', (kind) => {
	it('is the documented one', () => {
		expect(failureOf(createError(kind))?.cause).toBe(CAUSES[kind]);
	});

	it('comes with the requested delay if a wait can help', () => {
		const failure = failureOf(createError(kind, { retryAfterMs: 2_000 }));
		const expected = TIMED.has(CAUSES[kind]) ? { retryAfterMs: 2_000 } : {};
		expect(failure).toEqual(CAUSES[kind] && { cause: CAUSES[kind], ...expected });
	});

	it('is for the host of a video only one that a wait resolves', () => {
		const cause = timedFailureOf(createError(kind))?.cause;
		expect(cause).toBe(TIMED.has(CAUSES[kind]) ? CAUSES[kind] : undefined);
	});

	it('is not declared for a submission in doubt, which a workflow must not repeat', () => {
		const error = createError(kind, { retryAfterMs: 1_000 });
		const { failure, context } = callError(source, 0, error, 'submit');
		const declared = mayHaveBeenAccepted(error) ? undefined : CAUSES[kind];
		expect(failure?.cause).toBe(declared);
		expect(context).toMatchObject({ mayHaveBeenAccepted: mayHaveBeenAccepted(error) });
		expect('failure' in context).toBe(declared !== undefined);
	});
});

it('is in the error for n8n 2.41, and in the details of the item for all versions', () => {
	const failure = { cause: 'rate-limited', retryAfterMs: 30_000 };
	const rateLimited = createError('rateLimited', { retryAfterMs: 30_000 });
	const error = callError(source, 0, rateLimited, 'getStatus');
	expect(error.failure).toEqual(failure);
	expect(errorItem(error, 0).json.details).toMatchObject({ failure });
});

it('is absent for a request that was not sent again', () => {
	const { failure, context } = notResentError(source, 0, createError('rateLimited'), 0);
	expect([failure, context.failure]).toEqual([undefined, undefined]);
});

it('is absent for a video that the API could not generate', () => {
	expect(failedJobError(source, 0, createJob('a')).failure).toBeUndefined();
});

it('is absent for a video that n8n could not store', () => {
	const error = { kind: 'storage', detail: 'ENOSPC' } as const;
	expect(downloadError(source, 0, error, createJob('a')).failure).toBeUndefined();
});
