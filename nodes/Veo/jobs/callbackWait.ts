import type { VeoClient } from '../api/client';
import type { CallContext } from '../retry/retry';
import { pollDurableWait, withoutJump, type DurableWait } from './durableWait';
import { CALL_MARGIN_MS, nextCheckMs } from './callbackSchedule';

/** A poll that a call causes earlier than 'Poll Interval' allows is skipped after this many. */
const MAX_UNPACED_POLLS = 5;

/** An incoming call. Anyone with the URL can send it, so it is no more than a reason to check the status. */
export interface Call {
	/** Its body and query, in lower case. */
	text: string;
	/** Whether the text contains the ID of one of the execution's videos. */
	namesVideo: boolean;
}

/** Whether a call contains the ID of a video. */
export function isNamed(uuid: string, { text }: Pick<Call, 'text'>): boolean {
	return text.includes(uuid.toLowerCase());
}

/**
 * Continues a durable wait after the execution was resumed by the timer or by a call. A call checks the
 * video that it names, or all if it names none; and those that were never checked, which shows their
 * estimate and detects videos that ended simultaneously. The timer checks those that are due.
 * @param call - undefined after the timer
 */
export async function resumeDurableWait(
	client: VeoClient,
	suspended: DurableWait,
	call: Call | undefined,
	context: CallContext,
): Promise<DurableWait> {
	if (suspended.result) return suspended;
	const nowMs = context.clock.now();
	const { resumeAtMs = nowMs } = suspended;
	// a call comes before the planned time, which is no jump of the clock
	const plannedMs = call ? Math.min(resumeAtMs, nowMs) : resumeAtMs;
	const wait = withoutJump({ ...suspended, resumeAtMs: plannedMs }, nowMs);
	const isDue = call ? isDueByCall(wait, call, nowMs) : isDueByTimer(wait, nowMs);
	if (!isDue) return wait;
	const polled = await pollDurableWait(client, wait, context);
	const { dueAtMs } = wait;
	const { result } = polled;
	// a call must not end the wait of a video during an outage of the API
	const isUndecided = call !== undefined && result?.outcome === 'unreachable';
	if (result && !isUndecided) return polled;
	if (dueAtMs === undefined) return polled;
	const next = isUndecided ? { ...wait, polls: polled.polls } : polled;
	const consecutiveFailures = call ? wait.consecutiveFailures : next.consecutiveFailures;
	const isEarly = call !== undefined && isNamed(wait.job.uuid, call);
	const checkMs = nextCheckMs(next, context.clock.now(), isEarly);
	return { ...next, consecutiveFailures, dueAtMs: checkMs };
}

/** A video that is due within the margin is expected to be done now. */
function isDueByTimer({ dueAtMs = -Infinity }: DurableWait, nowMs: number): boolean {
	return dueAtMs <= nowMs + CALL_MARGIN_MS;
}

function isDueByCall(wait: DurableWait, call: Call, nowMs: number): boolean {
	const { polls, samples, pollIntervalMs, job } = wait;
	const isRecent = nowMs - (samples.at(-1)?.atMs ?? -Infinity) < pollIntervalMs;
	if (polls >= MAX_UNPACED_POLLS && isRecent) return false;
	return polls === 0 || !call.namesVideo || isNamed(job.uuid, call);
}
