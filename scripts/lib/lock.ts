import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';

/** A lock without a heartbeat for this long belongs to a killed process and is taken over. */
const STALE_MS = 15_000;
const RETRY_MS = 500;

const isHeld = (error: unknown) =>
	error instanceof Error && 'code' in error && error.code === 'ELOCKED';

/**
 * Acquires the lock `path`, a directory, until it is released or this process exits.
 * @returns a function that releases it, or undefined if another process holds it
 */
export async function tryLock(
	path: string,
	wait = false,
): Promise<(() => Promise<void>) | undefined> {
	await mkdir(dirname(path), { recursive: true });
	const retries = wait ? { forever: true, minTimeout: RETRY_MS, maxTimeout: RETRY_MS } : 0;
	try {
		return await lock(path, {
			...{ realpath: false, lockfilePath: path, stale: STALE_MS, retries },
			onCompromised: ({ message }) => console.warn(`  ${message}`),
		});
	} catch (error) {
		if (isHeld(error)) return undefined;
		throw error;
	}
}

/** Does `work` while it holds the lock. Waits until the lock is available. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
	let release = await tryLock(path);
	if (!release) {
		console.log(`  Waiting for another process to finish (lock: ${path}).`);
		release = await tryLock(path, true);
	}
	try {
		return await work();
	} finally {
		await release?.();
	}
}
