import type { VeoError, VeoErrorKind } from '../../../nodes/Veo/api/errors';

/** All kinds of error. A new kind does not compile until it is added here, so no table omits it. */
const EVERY_KIND: Readonly<Record<VeoErrorKind, true>> = {
	invalidParameters: true,
	insufficientCredits: true,
	authentication: true,
	rateLimited: true,
	serverError: true,
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
	canceled: true,
};

function isKind(key: string): key is VeoErrorKind {
	return key in EVERY_KIND;
}

export const ERROR_KINDS: readonly VeoErrorKind[] = Object.keys(EVERY_KIND).filter(isKind);

/** An error of the kind, without details unless they are given. */
export function createError(kind: VeoErrorKind, overrides: Partial<VeoError> = {}): VeoError {
	return { kind, detail: '', ...overrides };
}
