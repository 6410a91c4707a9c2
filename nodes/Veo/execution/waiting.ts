import { SHORTEST_PARKING_MS, type ParkedJob } from '../jobs/durableWait';
import type { WaitEnd } from '../jobs/polling';
import { callError, failedJobError, stoppedError, timeoutError } from '../output/errors';
import type { ItemResult, WaitPlan } from './items';
import { jobJson, toItem, waitedJson } from '../output/itemJson';
import type { Parameters } from '../parameters/parameterReader';
import type { NodeRun } from './context';
import { durableFlaw } from './waitWorkflow';
import { downloadVideo, videoTarget } from '../transport/download';

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
	const modes = ['inProcess', 'durable'] as const;
	const durable = parameters.oneOf('waitMode', 'Wait Mode', modes, 'inProcess') === 'durable';
	const timeoutMs = parameters.duration('options.timeout', 'Timeout', 900);
	if (durable) checkDurable(run, parameters, timeoutMs);
	const download = parameters.flag('downloadVideo', false) && !run.jsonOnly;
	return {
		durable,
		pollIntervalMs: parameters.duration('options.pollInterval', 'Poll Interval', 5),
		timeoutMs,
		onTimeout: parameters.oneOf('options.onTimeout', 'On Timeout', ['error', 'continue'], 'error'),
		...(download && { target: videoTarget(parameters) }),
	};
}

/** Refuses a durable wait that cannot work, before anything is spent. */
function checkDurable(run: NodeRun, parameters: Parameters, timeoutMs: number): void {
	const flaw = durableFlaw(run);
	if (flaw) {
		throw parameters.refuse(
			`'Wait Mode' cannot be Durable: ${flaw}`,
			"Set 'Wait Mode' to In Process. Nothing was sent.",
		);
	}
	if (timeoutMs >= SHORTEST_PARKING_MS) return;
	const least = SHORTEST_PARKING_MS / 1000;
	throw parameters.refuse(
		`'Timeout' must be at least ${least} seconds where 'Wait Mode' is Durable`,
		`n8n does not park an execution for less. Raise 'Timeout', or set 'Wait Mode' to In Process.`,
	);
}

/**
 * The item of a job that is waited for durably: as it is while it is parked, or as it ended.
 * @throws NodeApiError where it ended and there is no video to hand on
 */
export async function parkedResult(
	run: NodeRun,
	parameters: Parameters,
	parked: ParkedJob,
	plan: WaitPlan,
): Promise<ItemResult> {
	if (parked.end) return await waitResult(run, parameters, parked.end, plan);
	const shown = toItem(parameters.itemIndex, jobJson(parked.job));
	return { ...shown, parked: { ...parked, plan } };
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
