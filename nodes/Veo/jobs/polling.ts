import type { VeoClient } from '../api/client';
import { isRefusal, mayPass, type Failure } from '../api/errors';
import { backoffMs, sendOnce, TOO_LATE, type Patience } from '../retry/retry';
import type { VideoJob } from '../api/types';
import { nextGapMs, sighting, type Sighting } from './pollSchedule';

/** A look that is sent at the deadline is still given this long to be answered. */
const LAST_LOOK_MS = 2_000;
/** How late after the deadline the last look may be sent, for a timer or an interval that ends so. */
export const LATE_LOOK_MS = 250;

export interface WaitOptions {
	/** Smallest gap between two looks, milliseconds. */
	pollIntervalMs: number;
	/** How long to wait in all, milliseconds; the last look is sent at that time at the latest. */
	timeoutMs: number;
}

/** How a wait ended. `job` is the last that was seen of it. */
export type WaitEnd = { job: VideoJob; polls: number; waitedMs: number } & (
	| { outcome: 'completed' | 'failed' | 'timedOut' | 'stopped' }
	| { outcome: 'lost'; failure: Failure }
);

/**
 * Waits for a job by looking at it, until it has ended, the time is up, the run is stopped, or
 * looking was in vain more than `maxRetries` times in a row. Looks cost nothing, so a job that is
 * known to exist gets every chance; refusals (1003, 429) only slow down. Never two looks at once.
 * @param known - the job as it was last seen
 * @param submitted - whether it was submitted just now: then it exists for certain, and the first
 *   look comes after a gap. Else (an id from the user, or from an earlier try) the first look comes
 *   at once, and an answer that will not change, such as a refused key, ends the wait.
 */
export async function waitForEnd(
	client: VeoClient,
	known: VideoJob,
	submitted: boolean,
	{ pollIntervalMs, timeoutMs }: WaitOptions,
	patience: Patience,
): Promise<WaitEnd> {
	const { clock, signal, random, maxRetries } = patience;
	const startMs = clock.now();
	const deadlineMs = startMs + timeoutMs;
	const sightings: Sighting[] = submitted ? [sighting(known, startMs)] : [];
	let job = known;
	let polls = 0;
	let troubles = 0;
	let dueMs = startMs + (submitted ? nextGapMs(sightings, pollIntervalMs) : 0);
	let earliestMs = startMs;
	const end = () => ({ job, polls, waitedMs: clock.now() - startMs });

	for (;;) {
		// a look that is due after the deadline is brought forward to it, if that is not too early
		if (earliestMs > deadlineMs + LATE_LOOK_MS) return { ...end(), outcome: 'timedOut' };
		const lookMs = Math.max(Math.min(dueMs, deadlineMs), earliestMs);
		await clock.sleep(lookMs - clock.now(), signal);
		if (signal.aborted) return { ...end(), outcome: 'stopped' };

		// reckoned when it is sent: the common pace may hold it back until then
		const look = () => client.look(job.uuid, deadlineMs - clock.now() + LAST_LOOK_MS);
		const answer = await sendOnce(look, patience, deadlineMs + LATE_LOOK_MS);
		if (!answer.ok && answer.failure === TOO_LATE) return { ...end(), outcome: 'timedOut' };
		polls++;
		earliestMs = clock.now() + pollIntervalMs;
		if (answer.ok) {
			job = { ...answer.data, extra: { ...job.extra, ...answer.data.extra } };
			const { status } = job;
			if (status === 'completed' || status === 'failed') return { ...end(), outcome: status };
			troubles = 0;
			sightings.push(sighting(job, clock.now()));
			dueMs = clock.now() + nextGapMs(sightings, pollIntervalMs);
			continue;
		}
		const { failure } = answer;
		if (failure.kind === 'stopped') return { ...end(), outcome: 'stopped' };
		if (!isRefusal(failure)) troubles++;
		const hopeless = sightings.length === 0 && !mayPass(failure);
		if (hopeless || troubles > maxRetries) return { ...end(), outcome: 'lost', failure };
		const pauseMs = backoffMs(Math.max(troubles - 1, 0), random(), failure.retryAfterMs);
		dueMs = clock.now() + pauseMs;
	}
}
