import type { VideoJob } from '../api/types';

/** No gap is longer in process, whatever an estimate says: 30 s with the answer's own time. */
export const MAX_GAP_MS = 29_000;
/** How many intervals apart looks are at most where no estimate can be trusted. */
const WIDEST_BLIND = 1.9;
/** Added to an estimate, so that the look comes after the end and not just before it. */
const MARGIN_MS = 1_000;
/** Slack before an estimate that went its own way counts as untrue: rounding, and real jobs. */
const DRIFT_MS = 2_000;
const DRIFT_SHARE = 0.35;

/** One look at a job, and what it said. */
export interface Sighting {
	/** Epoch milliseconds. */
	atMs: number;
	/** What the API estimates to be left, milliseconds; null where it says nothing. */
	leftMs: number | null;
	/** Percent; null where it says nothing. */
	progress: number | null;
}

export function sighting(job: VideoJob, atMs: number): Sighting {
	const { estimatedTime, progress } = job;
	return { atMs, leftMs: estimatedTime === null ? null : estimatedTime * 1000, progress };
}

/**
 * When to look again. The vendor asks for 5 to 10 seconds; an estimate that has kept pace with the
 * clock is followed up to `maxGapMs`, so that a long job is looked at rarely and a finished one is
 * seen at once. Anything less trustworthy only tunes the gap between once and not quite twice `pollIntervalMs`.
 * @param sightings - all looks so far that were answered, oldest first
 * @param pollIntervalMs - the smallest gap
 * @param maxGapMs - the largest, unless `pollIntervalMs` is larger
 * @returns milliseconds from the last look, never less than `pollIntervalMs`
 */
export function nextGapMs(
	sightings: readonly Sighting[],
	pollIntervalMs: number,
	maxGapMs = MAX_GAP_MS,
): number {
	const latest = sightings.at(-1);
	const previous = sightings.at(-2);
	const widest = Math.max(maxGapMs, pollIntervalMs);
	if (!latest) return pollIntervalMs;
	if (latest.leftMs !== null && latest.leftMs > 0 && keepsPace(latest, previous)) {
		return inEqualSteps(latest.leftMs + MARGIN_MS, pollIntervalMs, widest);
	}
	const widestBlind = Math.min(WIDEST_BLIND * pollIntervalMs, widest);
	const left = previous && leftByProgress(latest, previous);
	return left === undefined
		? Math.min(pollIntervalMs * (0.9 + 0.1 * sightings.length), widestBlind)
		: inEqualSteps(left + MARGIN_MS, pollIntervalMs, widestBlind);
}

/** Whether the estimate fell by about the time that passed; a first one is given the benefit. */
function keepsPace(latest: Sighting, previous: Sighting | undefined): boolean {
	if (previous === undefined || previous.leftMs === null || latest.leftMs === null) return true;
	const passed = latest.atMs - previous.atMs;
	const drift = latest.leftMs - (previous.leftMs - passed);
	return Math.abs(drift) <= DRIFT_MS + DRIFT_SHARE * passed;
}

/** The rest of the way at the speed between the last two looks. */
function leftByProgress(latest: Sighting, previous: Sighting): number | undefined {
	if (latest.progress === null || previous.progress === null) return undefined;
	const made = latest.progress - previous.progress;
	if (made <= 0) return undefined;
	return ((100 - latest.progress) / made) * (latest.atMs - previous.atMs);
}

/** The first of equal steps, none above `widest`, so that no short one is left before the end. */
function inEqualSteps(wayMs: number, least: number, widest: number): number {
	const steps = Math.ceil(wayMs / widest);
	// an absurd estimate makes it no number, and rounding can make a step a trifle too long
	return Number.isFinite(steps) ? Math.min(Math.max(least, wayMs / steps), widest) : widest;
}
