import {
	err,
	isRateLimited,
	mayHaveBeenAccepted,
	isTransient,
	type VeoErrorKind,
} from '../../../nodes/Veo/api/errors';
import { isRetryable, isSubmitRetryable } from '../../../nodes/Veo/retry/retry';
import { anError, ERROR_KINDS } from '../support/errors';

interface Policy {
	/** Whether a free call is sent again. */
	free: boolean;
	/** Whether an order, which costs credits once accepted, is sent again. */
	paid: boolean;
	/** Whether an order may have been accepted all the same. */
	accepted: boolean;
}

/** What is decided for each kind; a new kind without a decision does not compile. */
const POLICIES: Readonly<Record<VeoErrorKind, Policy>> = {
	// the API itself said that it did not do it, and will not
	invalidParameters: { free: false, paid: false, accepted: false },
	insufficientCredits: { free: false, paid: false, accepted: false },
	authentication: { free: false, paid: false, accepted: false },
	// the API itself said that it did not do it, but may next time
	rateLimited: { free: true, paid: true, accepted: false },
	serverFault: { free: true, paid: true, accepted: false },
	// nobody who could do it was reached, and never will be
	notVeoApi: { free: false, paid: false, accepted: false },
	redirect: { free: false, paid: false, accepted: false },
	// nobody was reached, but may be next time
	refused: { free: true, paid: true, accepted: false },
	dns: { free: true, paid: true, accepted: false },
	tls: { free: true, paid: true, accepted: false },
	// nobody knows
	gateway: { free: true, paid: false, accepted: true },
	malformed: { free: true, paid: false, accepted: true },
	reset: { free: true, paid: false, accepted: true },
	timeout: { free: true, paid: false, accepted: true },
	network: { free: true, paid: false, accepted: true },
	// cut by the user while under way
	stopped: { free: false, paid: false, accepted: true },
	unknownCode: { free: false, paid: false, accepted: true },
};

const table = ERROR_KINDS.map((kind): [VeoErrorKind, Policy] => [kind, POLICIES[kind]]);

describe('what may be repeated', () => {
	it.each(table)('after %s: a decision for each policy', (kind, { free, paid, accepted }) => {
		const error = anError(kind);
		expect(isTransient(error)).toBe(free);
		expect(isRetryable(error)).toBe(free);
		expect(isSubmitRetryable(error)).toBe(paid);
		expect(mayHaveBeenAccepted(error)).toBe(accepted);
	});

	it.each(ERROR_KINDS)('an order that may have been accepted is never repeated: %s', (kind) => {
		const error = anError(kind);
		expect(isSubmitRetryable(error) && mayHaveBeenAccepted(error)).toBe(false);
	});

	it.each(ERROR_KINDS)('an order that was never sent was never accepted: %s', (kind) => {
		expect(mayHaveBeenAccepted(anError(kind, { unsent: true }))).toBe(false);
	});

	it('an unknown code with a status that refuses is a refusal', () => {
		expect(mayHaveBeenAccepted(anError('unknownCode', { httpStatus: 422 }))).toBe(false);
		expect(mayHaveBeenAccepted(anError('unknownCode', { httpStatus: 200 }))).toBe(true);
	});

	it.each(ERROR_KINDS)('only being asked too often is a refusal: %s', (kind) => {
		expect(isRateLimited(anError(kind))).toBe(kind === 'rateLimited');
	});
});

it('a failure is an answer that is not well', () => {
	expect(err(anError('dns'))).toEqual({ ok: false, failure: { kind: 'dns', detail: '' } });
});
