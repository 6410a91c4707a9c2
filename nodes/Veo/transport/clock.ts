import { sleep } from 'n8n-workflow';
import type { Clock } from '../retry/clock';

/** Real time. The race is for n8n-workflow before 2.34, whose sleep ignores the signal. */
export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		if (ms <= 0 || signal?.aborted) return;
		if (!signal) return await sleep(ms);
		let onAbort = () => {};
		const aborted = new Promise<void>((resolve) => {
			onAbort = resolve;
			signal.addEventListener('abort', onAbort, { once: true });
		});
		// n8n's sleep rejects on abort, which the race already reports
		await Promise.race([sleep(ms, signal).catch(() => {}), aborted]);
		signal.removeEventListener('abort', onAbort);
	},
};

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
		return await Promise.race([call, systemClock.sleep(limitMs, done.signal).then(onTimeout)]);
	} finally {
		done.abort(DONE);
	}
}
