import { N8N_VERSION } from '../../../scripts/n8n/runtime';

/** Whether the n8n that the tests run is of that version, or newer. */
export function isSince(wantedMajor: number, wantedMinor: number): boolean {
	const [major = 0, minor = 0] = N8N_VERSION.split('.').map(Number);
	return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
