import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Reads a value repeatedly until `isDone` accepts it or the timeout expires.
 * @returns the last value read, accepted or not
 */
export async function waitFor<T>(
	read: () => Promise<T>,
	isDone: (value: T) => boolean = Boolean,
	{ timeoutMs = 60_000, intervalMs = 100 } = {},
): Promise<T> {
	for (const deadlineMs = Date.now() + timeoutMs; ; await sleep(intervalMs)) {
		const value = await read();
		if (isDone(value) || Date.now() > deadlineMs) return value;
	}
}
