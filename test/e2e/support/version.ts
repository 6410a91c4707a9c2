import { N8N_VERSION } from '../../../scripts/n8n/runtime';

/** Whether the tested n8n has at least this version. */
export function isSince(minMajor: number, minMinor: number): boolean {
	const [major = 0, minor = 0] = N8N_VERSION.split('.').map(Number);
	return major > minMajor || (major === minMajor && minor >= minMinor);
}
