import { isHttpUrl } from '../api/parse';
import { quote } from '../quote';
import { err, ok, type Result } from '../result';

const EXAMPLE = 'Use https://veo3o1.com/api, or the full URL of your own gateway.';

/** Why a base URL is invalid, and what to do. */
export interface BaseUrlProblem {
	message: string;
	description: string;
}

/** @returns the base URL without a trailing slash; paths are appended to it */
export function parseBaseUrl(value: unknown): Result<string, BaseUrlProblem> {
	const url = typeof value === 'string' ? value.trim().replace(/(?<!\/)\/+$/, '') : '';
	// without a password, which can be before an @
	const received = quote(url.replace(/^.*@/s, '…@'));
	if (!isHttpUrl(url)) {
		return err({
			message: "'Base URL' in the credential isn't a URL",
			description: `Received ${received}. ${EXAMPLE}`,
		});
	}
	const { username, password } = new URL(url);
	if (username || password) {
		return err({
			message: "'Base URL' in the credential contains a user name or password",
			description: `They would replace the API key. Remove the part up to the @. ${EXAMPLE}`,
		});
	}
	if (/[?#]/.test(url)) {
		return err({
			message: "'Base URL' in the credential contains a query or a fragment",
			description: `Remove the part from the first ? or #. ${EXAMPLE}`,
		});
	}
	return ok(url);
}
