import type { VeoClient } from '../api/client';
import { mayPass } from '../api/errors';
import { mayRepeat, sendOnce, sendPatiently, type Patience } from '../retry/retry';
import type { VideoJob } from '../api/types';
import { nextGapMs, sighting, type Sighting } from './pollSchedule';
import type { WaitEnd, WaitOptions } from './polling';

/**
 * n8n keeps a wait of less than 65 s in memory, which holds a worker (Wait node, n8n 2.41.1); one
 * second more, as it reckons with the time of day twice.
 */
export const SHORTEST_PARKING_MS = 66_000;
/** The longest, as an estimate may be a lie. */
const LONGEST_PARKING_MS = 120_000;
/** A round holds a worker, so what does not get through soon is left to the next one. */
const RETRIES_IN_A_ROUND = 2;
const LONGEST_PAUSE_IN_A_ROUND_MS = 10_000;
/** As many as nextGapMs makes use of; more would only swell what n8n stores. */
const KEPT_SIGHTINGS = 10;
/** The last round may come this much before the deadline, for clocks that are not quite the same. */
const EARLY_MS = 1_000;

/** A job between two looks, as plain JSON, since n8n keeps it in its database meanwhile. */
export interface ParkedJob {
	/** As it was last seen. */
	job: VideoJob;
	/** Epoch milliseconds. */
	startMs: number;
	deadlineMs: number;
	pollIntervalMs: number;
	/** Status calls so far. */
	polls: number;
	/** The latest looks that were answered, oldest first. */
	sightings: Sighting[];
	/** Rounds in vain since the last answer. */
	troubles: number;
	/** How the wait ended; undefined while it goes on. */
	end?: WaitEnd;
}

/**
 * Begins a durable wait.
 * @param submitted - whether the job was submitted just now: then it exists for certain
 */
export function park(
	job: VideoJob,
	submitted: boolean,
	{ pollIntervalMs, timeoutMs }: WaitOptions,
	nowMs: number,
): ParkedJob {
	const sightings = submitted ? [sighting(job, nowMs)] : [];
	const deadlineMs = nowMs + timeoutMs;
	const parked = { job, startMs: nowMs, deadlineMs, pollIntervalMs, sightings };
	return withEnd({ ...parked, polls: 0, troubles: 0 }, nowMs);
}

/**
 * Looks at a parked job once. Looks cost nothing, so a job that is known to exist is looked at until
 * its deadline, even past it where n8n was down at that time, unless more than `maxRetries` rounds
 * in a row were in vain.
 * @returns the job as it is now, with its end where it has one
 */
export async function lookAtParked(
	client: VeoClient,
	parked: ParkedJob,
	patience: Patience,
): Promise<ParkedJob> {
	if (parked.end) return parked;
	const { clock, maxRetries } = patience;
	const { pollIntervalMs } = parked;
	const seen = { ...parked };
	const look = async () => {
		seen.polls++;
		return await client.look(parked.job.uuid);
	};
	const mayLookAgain = pollIntervalMs <= LONGEST_PAUSE_IN_A_ROUND_MS;
	const retries = mayLookAgain ? Math.min(maxRetries, RETRIES_IN_A_ROUND) : 0;
	const inARound = { ...patience, maxRetries: retries };
	const answer = await sendPatiently(look, mayRepeat, inARound, pollIntervalMs);
	const nowMs = clock.now();
	if (answer.ok) return withSighting(seen, answer.data, nowMs);
	const { failure } = answer;
	const facts = factsOf(seen, nowMs);
	if (failure.kind === 'stopped') return { ...seen, end: { ...facts, outcome: 'stopped' } };
	seen.troubles++;
	const hopeless = parked.sightings.length === 0 && !mayPass(failure);
	if (hopeless || seen.troubles > maxRetries) {
		return { ...seen, end: { ...facts, outcome: 'lost', failure } };
	}
	return withEnd(seen, nowMs);
}

/**
 * Looks at a job that was submitted just now, once, since only a look tells the API's estimate, which
 * the first round follows. Whatever else comes of it is left to the rounds.
 */
export async function askEstimate(
	client: VeoClient,
	parked: ParkedJob,
	patience: Patience,
): Promise<ParkedJob> {
	if (parked.end) return parked;
	const answer = await sendOnce(async () => await client.look(parked.job.uuid), patience);
	const seen = { ...parked, polls: parked.polls + 1 };
	if (!answer.ok) return seen;
	// in place of what the submit's answer said at the same time
	return withSighting({ ...seen, sightings: [] }, answer.data, patience.clock.now());
}

/**
 * How long to park all jobs until the next round. They leave together, so the round comes when the
 * last of them is expected.
 * @param jobs - those that have not ended
 * @returns milliseconds, at least SHORTEST_PARKING_MS
 */
export function parkingMs(jobs: readonly ParkedJob[], nowMs: number): number {
	return Math.max(SHORTEST_PARKING_MS, ...jobs.map((parked) => gapOf(parked, nowMs)));
}

/** Such that a round comes at the deadline, and no gap before it is shorter than n8n parks. */
function gapOf({ sightings, pollIntervalMs, deadlineMs }: ParkedJob, nowMs: number): number {
	const least = Math.max(SHORTEST_PARKING_MS, pollIntervalMs);
	const gapMs = nextGapMs(sightings, least, LONGEST_PARKING_MS);
	const leftMs = deadlineMs - nowMs;
	if (leftMs >= gapMs + least) return gapMs;
	return Math.max(leftMs < 2 * least ? leftMs : leftMs / 2, least);
}

function withSighting(parked: ParkedJob, told: VideoJob, nowMs: number): ParkedJob {
	const job = { ...told, extra: { ...parked.job.extra, ...told.extra } };
	const sightings = [...parked.sightings, sighting(job, nowMs)].slice(-KEPT_SIGHTINGS);
	return withEnd({ ...parked, job, sightings, troubles: 0 }, nowMs);
}

/** Notes the end of a job that has ended, or whose time is up. */
function withEnd(parked: ParkedJob, nowMs: number): ParkedJob {
	const { status } = parked.job;
	const isOver = status === 'completed' || status === 'failed';
	if (!isOver && nowMs < parked.deadlineMs - EARLY_MS) return parked;
	return { ...parked, end: { ...factsOf(parked, nowMs), outcome: isOver ? status : 'timedOut' } };
}

function factsOf({ job, polls, startMs }: ParkedJob, nowMs: number) {
	return { job, polls, waitedMs: nowMs - startMs };
}
