import type { WaitEnd, WaitOptions } from '../../jobs/wait';
import { callError, failedJobError, stoppedError, timeoutError } from './errors';
import { toItem, waitedJson } from './output';
import type { Parameters } from './parameters';
import type { ItemResult, NodeRun } from './run';
import { downloadVideo, videoTarget, type VideoTarget } from './videoFile';

/** What the user wants of a wait. */
export interface WaitPlan extends WaitOptions {
	onTimeout: 'error' | 'continue';
	/** Undefined where the video is not to be downloaded. */
	target?: VideoTarget;
}

/**
 * @param byDefault - whether this operation waits if nothing is said
 * @returns undefined where the node is not to wait
 */
export function waitPlan(
	run: NodeRun,
	parameters: Parameters,
	byDefault: boolean,
): WaitPlan | undefined {
	if (!parameters.flag('waitForCompletion', byDefault)) return undefined;
	const download = parameters.flag('downloadVideo', false) && !run.jsonOnly;
	return {
		pollIntervalMs: parameters.duration('options.pollInterval', 'Poll Interval', 5),
		timeoutMs: parameters.duration('options.timeout', 'Timeout', 900),
		onTimeout: parameters.oneOf('options.onTimeout', 'On Timeout', ['error', 'continue'], 'error'),
		...(download && { target: videoTarget(parameters) }),
	};
}

/**
 * The item that a wait ends in, with the video where it is wanted.
 * @throws NodeApiError where there is no video to hand on
 */
export async function waitResult(
	run: NodeRun,
	parameters: Parameters,
	end: WaitEnd,
	{ onTimeout, target }: WaitPlan,
): Promise<ItemResult> {
	const { itemIndex } = parameters;
	const { job, outcome } = end;
	if (outcome === 'lost') throw callError(run.node, itemIndex, end.failure, 'look', job.uuid);
	if (outcome === 'failed') throw failedJobError(run.node, itemIndex, job);
	if (outcome === 'stopped') throw stoppedError(run.node, itemIndex, [job.uuid]);
	if (outcome === 'timedOut' && onTimeout === 'error') throw timeoutError(run.node, itemIndex, end);
	const json = waitedJson(end);
	if (outcome === 'timedOut' || !target) return toItem(itemIndex, json);
	return toItem(itemIndex, json, { binary: await downloadVideo(run, itemIndex, job, target) });
}
