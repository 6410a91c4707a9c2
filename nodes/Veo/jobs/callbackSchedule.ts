import type { DurableWait } from './durableWait';
import { isEstimateReliable } from './pollSchedule';

/** The first timed status check without an estimate. */
const FIRST_CHECK_MS = 120_000;
/** The next ones. */
const SECOND_CHECK_MS = 300_000;
const LATER_CHECK_MS = 600_000;
/** Added to an estimate, so that the callback comes first. */
export const CALLBACK_MARGIN_MS = 30_000;
/** After a callback for a video that isn't done: the API can send it before it updates its own status. */
const EARLY_CALLBACK_MS = 60_000;
/** A check so close before the deadline is left to the one at the deadline. */
const MIN_BEFORE_DEADLINE_MS = 60_000;

/**
 * When to check the status of a video without a callback. Rarely, since one is expected.
 * @param isEarly - whether a callback named the video, which wasn't done
 * @returns epoch milliseconds, at most the deadline
 */
export function nextCheckMs(
	{ samples, polls, deadlineMs }: Pick<DurableWait, 'samples' | 'polls' | 'deadlineMs'>,
	nowMs: number,
	isEarly = false,
): number {
	const latest = samples.at(-1);
	const remainingMs = latest?.remainingMs ?? 0;
	const hasEstimate = latest && remainingMs > 0 && isEstimateReliable(latest, samples.at(-2));
	const unguidedMs = [FIRST_CHECK_MS, SECOND_CHECK_MS][polls] ?? LATER_CHECK_MS;
	const delayMs = hasEstimate ? remainingMs + CALLBACK_MARGIN_MS : unguidedMs;
	const checkMs = nowMs + (isEarly ? EARLY_CALLBACK_MS : Math.min(delayMs, LATER_CHECK_MS));
	return checkMs + MIN_BEFORE_DEADLINE_MS > deadlineMs ? deadlineMs : checkMs;
}
