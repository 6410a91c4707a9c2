import { MIN_SUSPENSION_MS, type DurableWait } from '../jobs/durableWait';
import type { PollResult } from '../jobs/polling';
import { callError, canceledError, failedJobError, timeoutError } from '../output/errors';
import type { Action } from '../output/messages';
import { toolInProcessHint } from '../output/hints';
import { RunReport, STILL_GENERATED } from '../output/report';
import { jobJson, pollResultJson, toItem } from '../output/itemJson';
import { readDownloadTarget } from '../parameters/downloadTarget';
import type { ParameterReader } from '../parameters/parameterReader';
import type { ExecutionContext } from './context';
import { downloadVideo } from './downloadVideo';
import type { ItemResult, WaitPlan } from './items';
import { waitProbeBlocker } from './waitProbe';
import { durableWaitBlocker } from './waitWorkflow';

/**
 * @param waitByDefault - whether this operation waits if the parameter isn't set
 * @returns undefined if the node doesn't wait
 */
export async function readWaitPlan(
	context: ExecutionContext,
	parameters: ParameterReader,
	waitByDefault: boolean,
): Promise<WaitPlan | undefined> {
	if (!parameters.boolean('waitForCompletion', 'Wait for Completion', waitByDefault)) {
		return undefined;
	}
	const modes = ['inProcess', 'durable'] as const;
	const isDurable = parameters.oneOf('waitMode', 'Wait Mode', modes, 'inProcess') === 'durable';
	const durable = isDurable && !waitsInProcess(context);
	const timeoutMs = parameters.duration('options.timeout', 'Timeout', 900);
	if (durable) await checkDurable(context, parameters, timeoutMs);
	const download =
		parameters.boolean('downloadVideo', 'Download Video', false) && !context.jsonOnly;
	return {
		durable,
		pollIntervalMs: parameters.duration('options.pollInterval', 'Poll Interval', 5),
		timeoutMs,
		onTimeout: parameters.oneOf('options.onTimeout', 'On Timeout', ['error', 'continue'], 'error'),
		...(durable && { describeFailures: context.node.onError !== 'continueErrorOutput' }),
		...(download && { target: readDownloadTarget(parameters) }),
	};
}

/**
 * Whether a tool of an AI agent waits in process although 'Wait Mode' is 'Durable'. A hint contains the
 * reason. n8n can suspend an agent only at the last of several calls of a tool: on resume it discards
 * the data of the last run (2.41.1, WorkflowExecute.handleWaitingState).
 */
function waitsInProcess({ functions, isTool, node }: ExecutionContext): boolean {
	const { $node, $runIndex } = functions.getWorkflowDataProxy(0);
	const isLast = !(Number($node[node.name]?.runIndex) > $runIndex);
	if (!isTool && (isLast || !node.type.endsWith('Tool'))) return false;
	const reason = isTool
		? "this version of the AI Agent node can't be suspended. Version 3 or later can"
		: 'the agent called it several times at once, and only the last call can suspend it';
	functions.addExecutionHints(toolInProcessHint(reason));
	return true;
}

/** Rejects a durable wait that can't work, before credits are spent. */
async function checkDurable(
	context: ExecutionContext,
	parameters: ParameterReader,
	timeoutMs: number,
): Promise<void> {
	if (timeoutMs < MIN_SUSPENSION_MS) {
		throw parameters.invalid(
			`'Timeout' must be at least ${MIN_SUSPENSION_MS / 1000} seconds if 'Wait Mode' is 'Durable'`,
			"n8n can't suspend an execution for less time. Increase 'Timeout', or set 'Wait Mode' to 'In Process'.",
		);
	}
	const blocker = durableWaitBlocker(context) ?? (await waitProbeBlocker(context));
	if (blocker === undefined) return;
	throw parameters.invalid(
		`'Wait Mode' can't be set to 'Durable': ${blocker}`,
		"Set 'Wait Mode' to 'In Process'. Nothing was sent.",
	);
}

/**
 * The item of a durable wait: its present state while it continues, or its result.
 * @throws NodeApiError if the wait ended without a video
 */
export async function durableWaitResult(
	context: ExecutionContext,
	parameters: ParameterReader,
	wait: DurableWait,
	plan: WaitPlan,
	action?: Action,
): Promise<ItemResult> {
	if (wait.result) return await waitResult(context, parameters, wait.result, plan, action);
	const item = toItem(parameters.itemIndex, jobJson(wait.job));
	return { item, output: 0, wait: { ...wait, plan } };
}

/**
 * The item after waiting, with the video file if it is downloaded.
 * @param action - the call that polled the job, for the error
 * @throws NodeApiError if the wait ended without a video
 */
export async function waitResult(
	context: ExecutionContext,
	{ itemIndex }: ParameterReader,
	result: PollResult,
	{ onTimeout, target, timeoutMs }: WaitPlan,
	action: Action = 'getStatus',
): Promise<ItemResult> {
	const { job, outcome, polls, waitedMs } = result;
	context.trace.addWait(result);
	if (outcome !== 'canceled') {
		const seconds = Math.round(waitedMs / 1000);
		const event = outcome === 'timedOut' ? 'not ready' : outcome;
		context.logVideo(itemIndex, job.uuid, `${event} after ${seconds} s (status checks: ${polls})`);
	}
	if (outcome === 'unreachable') {
		throw callError(context, itemIndex, result.error, action, job.uuid);
	}
	if (outcome === 'failed') throw failedJobError(context, itemIndex, job);
	if (outcome === 'canceled') {
		throw canceledError(context.node, new RunReport(STILL_GENERATED, [job.uuid], []));
	}
	if (outcome === 'timedOut' && onTimeout === 'error') {
		throw timeoutError(context, itemIndex, result, timeoutMs);
	}
	const binary =
		outcome === 'completed' && target
			? await downloadVideo(context, itemIndex, job, target)
			: undefined;
	return { item: toItem(itemIndex, pollResultJson(result), binary), output: 0 };
}
