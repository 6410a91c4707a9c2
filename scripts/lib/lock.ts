import { rmSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 500;

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it is there, but belongs to another user.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/** The process that holds the lock; undefined if none does (any more). */
async function holder(file: string): Promise<number | undefined> {
	const pid = Number(await readFile(file, 'utf8').catch(() => ''));
	return pid > 0 && isAlive(pid) ? pid : undefined;
}

/**
 * Takes the lock `file` if nobody has it, until it is given back or this process ends; one left by
 * a process that is gone is taken over.
 * @returns how to give it back, or undefined if another living process has it
 */
export async function tryLock(file: string): Promise<(() => Promise<void>) | undefined> {
	await mkdir(dirname(file), { recursive: true });
	for (let attempt = 0; attempt < 2; attempt++) {
		try {
			await writeFile(file, String(process.pid), { flag: 'wx' });
			process.once('exit', () => rmSync(file, { force: true }));
			return async () => await rm(file, { force: true });
		} catch (error) {
			const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
			if (!exists) throw error;
			// The holder may just be writing its number: look twice before calling the lock stale.
			if ((await holder(file)) !== undefined) return undefined;
			await sleep(LOOK_AGAIN_MS);
			if ((await holder(file)) !== undefined) return undefined;
			await rm(file, { force: true });
		}
	}
	return undefined;
}

/** Does `work` while holding the lock, after waiting for it as long as it takes. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
	let unlock = await tryLock(file);
	if (!unlock) {
		console.log(`  Another run is at work here; waiting for it (its lock: ${file}).`);
	}
	while (!unlock) {
		await sleep(LOOK_AGAIN_MS);
		unlock = await tryLock(file);
	}
	try {
		return await work();
	} finally {
		await unlock();
	}
}
