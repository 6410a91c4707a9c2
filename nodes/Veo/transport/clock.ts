import { sleep as n8nSleep } from 'n8n-workflow';
import type { Clock } from '../retry/clock';

/** The longest delay of a Node.js timer, which ends immediately if it is longer. */
const MAX_SLEEP_MS = 2 ** 31 - 1;
/** A timer that is late by more shows a stall: a suspended process, or a blocked event loop. */
const STALL_MS = 1_000;

/** Real time for one execution. Created at its start, it shows the epoch time of then. */
export function createClock(): Clock {
	const epochMs = Date.now();
	const startMs = performance.now();
	return {
		now: () => epochMs + Math.floor(performance.now() - startMs),
		wallNow: () => Date.now(),
		sleep,
	};
}

/** The race is for n8n-workflow before 2.34, whose sleep ignores the signal. */
async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
	if (durationMs <= 0 || signal?.aborted) return;
	const ms = Math.min(durationMs, MAX_SLEEP_MS);
	if (!signal) return await n8nSleep(ms);
	// before n8n-workflow 2.34 the timer continues after the abort, so an endless sleep has none
	const timers = durationMs === Infinity ? [] : [n8nSleep(ms, signal).catch(() => {})];
	let onAbort = () => {};
	const aborted = new Promise<void>((resolve) => {
		onAbort = resolve;
		signal.addEventListener('abort', onAbort, { once: true });
	});
	// n8n's sleep rejects on abort, which the race already reports
	await Promise.race([aborted, ...timers]);
	signal.removeEventListener('abort', onAbort);
}

/** Created once: without a reason, each abort would create an error with its stack trace. */
const DONE = new Error('done');

/**
 * Limits the time of a call. The timeout of axios restarts with every byte, so a dripping response
 * would never end. The caller has to abort the call itself.
 */
export async function withTimeout<T>(
	limitMs: number,
	call: Promise<T>,
	onTimeout: () => T,
): Promise<T> {
	const done = new AbortController();
	try {
		return await Promise.race([call, expire(limitMs, done.signal).then(onTimeout)]);
	} finally {
		done.abort(DONE);
	}
}

/** Leaves time after a stall to read a response that arrived during it: Node.js runs timers first. */
async function expire(limitMs: number, done: AbortSignal): Promise<void> {
	const startMs = performance.now();
	await sleep(limitMs, done);
	if (performance.now() - startMs > limitMs + STALL_MS) await sleep(STALL_MS, done);
}
