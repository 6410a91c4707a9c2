import {
	failed,
	isRefusal,
	mayHaveBeenAccepted,
	mayPass,
	type FailureKind,
} from '../../../nodes/Veo/api/errors';
import { mayRepeat, mayRepeatPaid } from '../../../nodes/Veo/retry/retry';
import { aFailure, FAILURE_KINDS } from '../support/errors';

interface Policy {
	/** Whether a free call is sent again. */
	free: boolean;
	/** Whether an order, which costs credits once accepted, is sent again. */
	paid: boolean;
	/** Whether an order may have been accepted all the same. */
	accepted: boolean;
}

/** What is decided for each kind; a new kind without a decision does not compile. */
const POLICIES: Readonly<Record<FailureKind, Policy>> = {
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

const table = FAILURE_KINDS.map((kind): [FailureKind, Policy] => [kind, POLICIES[kind]]);

describe('what may be repeated', () => {
	it.each(table)('after %s: a decision for each policy', (kind, { free, paid, accepted }) => {
		const failure = aFailure(kind);
		expect(mayPass(failure)).toBe(free);
		expect(mayRepeat(failure)).toBe(free);
		expect(mayRepeatPaid(failure)).toBe(paid);
		expect(mayHaveBeenAccepted(failure)).toBe(accepted);
	});

	it.each(FAILURE_KINDS)('an order that may have been accepted is never repeated: %s', (kind) => {
		const failure = aFailure(kind);
		expect(mayRepeatPaid(failure) && mayHaveBeenAccepted(failure)).toBe(false);
	});

	it.each(FAILURE_KINDS)('an order that was never sent was never accepted: %s', (kind) => {
		expect(mayHaveBeenAccepted(aFailure(kind, { unsent: true }))).toBe(false);
	});

	it('an unknown code with a status that refuses is a refusal', () => {
		expect(mayHaveBeenAccepted(aFailure('unknownCode', { httpStatus: 422 }))).toBe(false);
		expect(mayHaveBeenAccepted(aFailure('unknownCode', { httpStatus: 200 }))).toBe(true);
	});

	it.each(FAILURE_KINDS)('only being asked too often is a refusal: %s', (kind) => {
		expect(isRefusal(aFailure(kind))).toBe(kind === 'rateLimited');
	});
});

it('a failure is an answer that is not well', () => {
	expect(failed(aFailure('dns'))).toEqual({ ok: false, failure: { kind: 'dns', detail: '' } });
});
