import type { VeoClient } from '../api/client';
import type { CallContext } from '../retry/retry';
import { CALLBACK_MARGIN_MS, nextCheckMs } from './callbackSchedule';
import { MIN_SUSPENSION_MS, pollDurableWait, withoutJump, type DurableWait } from './durableWait';

/** A poll that a callback causes earlier than 'Poll Interval' allows is skipped after this many. */
const MAX_UNPACED_POLLS = 5;

/** Anyone with the URL can send a callback, so it is no more than a reason to check the status. */
export interface Callback {
	/** Its body and query, in lower case. */
	text: string;
	/** Whether the text contains the ID of one of the execution's videos. */
	namesVideo: boolean;
}

/** Whether a callback contains the ID of a video. */
export function isNamed(uuid: string, { text }: Pick<Callback, 'text'>): boolean {
	return text.includes(uuid.toLowerCase());
}

/**
 * Continues a durable wait after the execution was resumed by the timer or by a callback. A callback
 * checks the video that it names, or all if it names none; and those that were never checked, which
 * shows their estimate and detects videos that ended simultaneously. The timer checks those that are
 * due, and so does a callback.
 * @param callback - undefined after the timer
 */
export async function resumeDurableWait(
	client: VeoClient,
	suspended: DurableWait,
	callback: Callback | undefined,
	context: CallContext,
): Promise<DurableWait> {
	if (suspended.result) return suspended;
	const nowMs = context.clock.now();
	const { resumeAtMs = nowMs } = suspended;
	// a callback comes before the planned time, which is no jump of the clock
	const plannedMs = callback ? Math.min(resumeAtMs, nowMs) : resumeAtMs;
	const wait = withoutJump({ ...suspended, resumeAtMs: plannedMs }, nowMs);
	const isEarly = callback !== undefined && isNamed(wait.job.uuid, callback);
	const isDue = callback ? isDueByCallback(wait, callback, nowMs) : isDueByTimer(wait, nowMs);
	// a callback that was skipped can be true, so the timer comes as soon as possible
	if (!isDue) return isEarly ? { ...wait, dueAtMs: nowMs } : wait;
	const polled = await pollDurableWait(client, wait, context);
	if (!callback) return afterPoll(polled, context);
	// a callback must not end the wait for a video during an outage of the API
	const next = polled.result?.outcome === 'unreachable' ? { ...wait, polls: polled.polls } : polled;
	const { consecutiveFailures } = wait;
	return afterPoll({ ...next, consecutiveFailures }, context, isEarly);
}

/** @param isEarly - whether a callback named the video, which wasn't done */
function afterPoll(wait: DurableWait, { clock }: CallContext, isEarly = false): DurableWait {
	if (wait.result) return wait;
	const polledAtMs = clock.now();
	const hasUrl = wait.dueAtMs !== undefined;
	return {
		...wait,
		polledAtMs,
		...(hasUrl && { dueAtMs: nextCheckMs(wait, polledAtMs, isEarly) }),
	};
}

/** A video that is due within the margin is expected to be done now. */
function isDueByTimer({ dueAtMs = -Infinity }: DurableWait, nowMs: number): boolean {
	return dueAtMs <= nowMs + CALLBACK_MARGIN_MS;
}

/** Each callback starts a new suspension, so what the timer would check is checked now. */
function isDueByCallback(wait: DurableWait, callback: Callback, nowMs: number): boolean {
	const { polls, polledAtMs = -Infinity, pollIntervalMs, job } = wait;
	if (polls >= MAX_UNPACED_POLLS && nowMs - polledAtMs < pollIntervalMs) return false;
	const { dueAtMs = polledAtMs + MIN_SUSPENSION_MS } = wait;
	if (isDueByTimer({ ...wait, dueAtMs }, nowMs)) return true;
	return polls === 0 || !callback.namesVideo || isNamed(job.uuid, callback);
}
