import type { VeoError, VeoErrorKind } from '../../../nodes/Veo/api/errors';

/** Every kind of failure: does not compile when one is added, until all tables know it. */
const EVERY_KIND: Readonly<Record<VeoErrorKind, true>> = {
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

function isKind(key: string): key is VeoErrorKind {
	return key in EVERY_KIND;
}

export const ERROR_KINDS: readonly VeoErrorKind[] = Object.keys(EVERY_KIND).filter(isKind);

/** A failure of a kind, with nothing else to it unless said. */
export function anError(kind: VeoErrorKind, more: Partial<VeoError> = {}): VeoError {
	return { kind, detail: '', ...more };
}
