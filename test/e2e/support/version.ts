import { N8N_VERSION } from '../../../scripts/n8n/runtime';

/** Whether the tested n8n has at least this version. */
export function isSince(minMajor: number, minMinor: number): boolean {
	const [major = 0, minor = 0] = N8N_VERSION.split('.').map(Number);
	return major > minMajor || (major === minMajor && minor >= minMinor);
}

/** n8n 2.20 to 2.34 drop the HTTP status, and report a 401 or 403 with their own message. */
export const keyRefusal = isSince(2, 35)
	? /API key was rejected/
	: /API key was rejected|check your credentials/;
