import type { VideoJob } from '../api/types';

/** Longest delay between two polls in process, whatever the estimate: 30 s including the response. */
export const MAX_POLL_DELAY_MS = 29_000;
/** Longest delay without a reliable estimate, as a multiple of the poll interval. */
const MAX_UNGUIDED_FACTOR = 1.9;
/** Added to an estimate, so that the poll comes just after the end rather than just before it. */
const MARGIN_MS = 1_000;
/** Tolerated deviation of an estimate before it counts as unreliable: rounding, and real jobs. */
const DRIFT_MS = 2_000;
const DRIFT_SHARE = 0.35;

/** The result of one status check. */
export interface StatusSample {
	/** Epoch milliseconds. */
	atMs: number;
	/** Time left by the API's estimate, milliseconds; null without an estimate. */
	remainingMs: number | null;
	/** Percent; null if unknown. */
	progress: number | null;
}

export function toSample({ estimatedTime, progress }: VideoJob, atMs: number): StatusSample {
	return { atMs, remainingMs: estimatedTime === null ? null : estimatedTime * 1000, progress };
}

/**
 * The longest possible time between the end of a job and its detection.
 * @param previous - the last status check before
 */
export function lagSince(previous: StatusSample | undefined, nowMs: number): { lagMs?: number } {
	return previous ? { lagMs: nowMs - previous.atMs } : {};
}

/**
 * The delay before the next poll. The provider recommends 5 to 10 seconds. An estimate that has been
 * consistent with the clock is followed up to `maxDelayMs`, so that a long job is polled rarely and
 * its end is detected immediately. Anything less reliable only varies the delay between one and almost
 * two poll intervals.
 * @param samples - all successful status checks so far, oldest first
 * @param pollIntervalMs - the shortest delay
 * @param maxDelayMs - the longest, unless `pollIntervalMs` is longer
 * @returns milliseconds since the last poll, never less than `pollIntervalMs`
 */
export function nextPollDelayMs(
	samples: readonly StatusSample[],
	pollIntervalMs: number,
	maxDelayMs = MAX_POLL_DELAY_MS,
): number {
	const latest = samples.at(-1);
	const previous = samples.at(-2);
	const limitMs = Math.max(maxDelayMs, pollIntervalMs);
	if (!latest) return pollIntervalMs;
	const { remainingMs } = latest;
	if (remainingMs !== null && remainingMs > 0 && isEstimateReliable(latest, previous)) {
		return splitEvenly(remainingMs + MARGIN_MS, pollIntervalMs, limitMs);
	}
	const maxUnguidedDelayMs = Math.min(MAX_UNGUIDED_FACTOR * pollIntervalMs, limitMs);
	const extrapolatedMs = previous && remainingByProgress(latest, previous);
	return extrapolatedMs === undefined
		? Math.min(pollIntervalMs * (0.9 + 0.1 * samples.length), maxUnguidedDelayMs)
		: splitEvenly(extrapolatedMs + MARGIN_MS, pollIntervalMs, maxUnguidedDelayMs);
}

/** Whether the estimate fell by about the time that passed; a first estimate counts as reliable. */
export function isEstimateReliable(
	latest: StatusSample,
	previous: StatusSample | undefined,
): boolean {
	if (previous === undefined || previous.remainingMs === null || latest.remainingMs === null) {
		return true;
	}
	const passedMs = latest.atMs - previous.atMs;
	const driftMs = latest.remainingMs - (previous.remainingMs - passedMs);
	return Math.abs(driftMs) <= DRIFT_MS + DRIFT_SHARE * passedMs;
}

/** The time left at the speed between the last two polls. */
function remainingByProgress(latest: StatusSample, previous: StatusSample): number | undefined {
	if (latest.progress === null || previous.progress === null) return undefined;
	const gained = latest.progress - previous.progress;
	if (gained <= 0) return undefined;
	return ((100 - latest.progress) / gained) * (latest.atMs - previous.atMs);
}

/** The first of equal steps of at most `maxMs`, so that no short step remains before the end. */
function splitEvenly(remainingMs: number, minMs: number, maxMs: number): number {
	const steps = Math.ceil(remainingMs / maxMs);
	// an absurd estimate is not finite here, and rounding can make a step slightly too long
	return Number.isFinite(steps) ? Math.min(Math.max(minMs, remainingMs / steps), maxMs) : maxMs;
}
