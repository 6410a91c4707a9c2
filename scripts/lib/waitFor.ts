import { setTimeout as sleep } from 'node:timers/promises';

/** The interval grows with the time waited, which it delays by this share at most: n8n works for each read. */
const MAX_DELAY = 1 / 20;

/**
 * Reads a value repeatedly until `isDone` accepts it or the timeout expires.
 * @returns the last value read, accepted or not
 */
export async function waitFor<T>(
	read: () => Promise<T>,
	isDone: (value: T) => boolean = Boolean,
	{ timeoutMs = 60_000, intervalMs = 100, maxIntervalMs = 1_000 } = {},
): Promise<T> {
	const startMs = Date.now();
	for (;;) {
		const value = await read();
		const waitedMs = Date.now() - startMs;
		if (isDone(value) || waitedMs > timeoutMs) return value;
		await sleep(Math.max(intervalMs, Math.min(MAX_DELAY * waitedMs, maxIntervalMs)));
	}
}
