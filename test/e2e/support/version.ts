import { N8N_VERSION } from '../../../scripts/n8n/runtime';

/** Whether the n8n that the tests run is of that version, or newer. */
export function isSince(wantedMajor: number, wantedMinor: number): boolean {
	const [major = 0, minor = 0] = N8N_VERSION.split('.').map(Number);
	return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** n8n 2.20 to 2.34 lose the status of an HTTP error on the way, and tell a 401 or 403 themselves. */
export const keyRefusal = isSince(2, 35)
	? /API key was refused/
	: /API key was refused|check your credentials/;
