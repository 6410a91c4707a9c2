import {
	isSubmitRetryable,
	isTransient,
	mayHaveBeenAccepted,
	type VeoErrorKind,
} from '../../../nodes/Veo/api/errors';
import { err } from '../../../nodes/Veo/result';
import { createError, ERROR_KINDS } from '../support/errors';

interface Policy {
	/** Whether a call without cost is retried. */
	free: boolean;
	/** Whether a submission, which costs credits once accepted, is retried. */
	paid: boolean;
	/** Whether a submission may have been accepted nevertheless. */
	accepted: boolean;
}

/** The decisions for each kind; a new kind without a decision does not compile. */
const POLICIES: Readonly<Record<VeoErrorKind, Policy>> = {
	// the API rejected the request and will reject it again
	invalidParameters: { free: false, paid: false, accepted: false },
	insufficientCredits: { free: false, paid: false, accepted: false },
	authentication: { free: false, paid: false, accepted: false },
	// the API rejected the request but may accept it later
	rateLimited: { free: true, paid: true, accepted: false },
	serverError: { free: true, paid: true, accepted: false },
	// the request did not reach the API and never will
	notVeoApi: { free: false, paid: false, accepted: false },
	redirect: { free: false, paid: false, accepted: false },
	// the request did not reach the API but may reach it later
	refused: { free: true, paid: true, accepted: false },
	dns: { free: true, paid: true, accepted: false },
	tls: { free: true, paid: true, accepted: false },
	// the result is unknown
	gateway: { free: true, paid: false, accepted: true },
	malformed: { free: true, paid: false, accepted: true },
	reset: { free: true, paid: false, accepted: true },
	timeout: { free: true, paid: false, accepted: true },
	network: { free: true, paid: false, accepted: true },
	// the user canceled while the request was in flight
	canceled: { free: false, paid: false, accepted: true },
	unknownCode: { free: false, paid: false, accepted: true },
};

const table = ERROR_KINDS.map((kind): [VeoErrorKind, Policy] => [kind, POLICIES[kind]]);

describe('a retry', () => {
	it.each(table)('after %s: each policy has a decision', (kind, { free, paid, accepted }) => {
		const error = createError(kind);
		expect(isTransient(error)).toBe(free);
		expect(isSubmitRetryable(error)).toBe(paid);
		expect(mayHaveBeenAccepted(error)).toBe(accepted);
	});

	it.each(ERROR_KINDS)('never repeats a submission that may have been accepted: %s', (kind) => {
		const error = createError(kind);
		expect(isSubmitRetryable(error) && mayHaveBeenAccepted(error)).toBe(false);
	});

	it.each(ERROR_KINDS)('treats a submission that was not sent as not accepted: %s', (kind) => {
		expect(mayHaveBeenAccepted(createError(kind, { unsent: true }))).toBe(false);
	});

	it('treats an unknown code with an HTTP error status as a rejection', () => {
		expect(mayHaveBeenAccepted(createError('unknownCode', { httpStatus: 422 }))).toBe(false);
		expect(mayHaveBeenAccepted(createError('unknownCode', { httpStatus: 200 }))).toBe(true);
	});
});

it('a failed result contains the error', () => {
	expect(err(createError('dns'))).toEqual({ ok: false, error: { kind: 'dns', detail: '' } });
});
