import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const LIMIT_MS = 20_000;

/**
 * Reads until the value is right, or for so long that it never will be.
 * @returns the last value read, right or not
 */
export async function eventually<T>(
	read: () => Promise<T>,
	isRight: (value: T) => boolean,
): Promise<T> {
	for (const deadlineMs = Date.now() + LIMIT_MS; ; await sleep(LOOK_EVERY_MS)) {
		const value = await read();
		if (isRight(value) || Date.now() > deadlineMs) return value;
	}
}
