import type { Failure, FailureKind } from '../../../nodes/Veo/api/errors';

/** Every kind of failure: does not compile when one is added, until all tables know it. */
const EVERY_KIND: Readonly<Record<FailureKind, true>> = {
	invalidParameters: true,
	insufficientCredits: true,
	authentication: true,
	rateLimited: true,
	serverFault: true,
	unknownCode: true,
	gateway: true,
	notVeoApi: true,
	redirect: true,
	malformed: true,
	refused: true,
	dns: true,
	tls: true,
	reset: true,
	timeout: true,
	network: true,
	stopped: true,
};

function isKind(key: string): key is FailureKind {
	return key in EVERY_KIND;
}

export const FAILURE_KINDS: readonly FailureKind[] = Object.keys(EVERY_KIND).filter(isKind);

/** A failure of a kind, with nothing else to it unless said. */
export function aFailure(kind: FailureKind, more: Partial<Failure> = {}): Failure {
	return { kind, detail: '', ...more };
}
