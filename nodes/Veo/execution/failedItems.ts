import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { errorForItem, errorItem, markAsError } from '../output/errorItems';
import { toNodeError, withReport, type NodeError } from '../output/errors';
import { requestFields } from '../output/itemJson';
import { RunReport } from '../output/report';
import { readCallback } from './callback';
import type { ItemResult } from './items';
import { parseWaitState } from './waitWorkflow';

/** What is known of an item that failed. */
interface FailedItem {
	itemIndex: number;
	error: NodeError;
	/** What it requested. */
	request?: IDataObject;
	/** The output for failed items. */
	output: number;
	/** Whether it is an item of a poll cycle, whose state decides what the item contains. */
	isWaiting: boolean;
}

/** The result of an item that failed, with Continue On Fail. */
export function failedResult(node: INode, failed: FailedItem): ItemResult {
	const { itemIndex, error, request, output, isWaiting } = failed;
	const toErrorOutput = node.onError === 'continueErrorOutput';
	// a poll cycle has no error output itself
	const describe = isWaiting ? request !== undefined : !toErrorOutput;
	const item = errorItem(error, itemIndex, describe ? (request ?? {}) : undefined);
	if (toErrorOutput) markAsError(item, error);
	return { item, output };
}

/** The result of an item of a poll cycle that failed as a whole. One that was final remains. */
export function failedState(
	node: INode,
	item: INodeExecutionData,
	itemIndex: number,
	error: NodeError,
): ItemResult {
	const state = parseWaitState(item);
	if ('done' in state)
		return { item: { ...state.done, pairedItem: { item: itemIndex } }, output: 0 };
	const { job, plan } = state.wait;
	return failedResult(node, {
		...{ itemIndex, output: 0, isWaiting: true },
		error: errorForItem(node, error, itemIndex, job.uuid),
		request: plan.describeFailures ? requestFields(job.rawFields) : undefined,
	});
}

/**
 * The items of an execution that can't start, for example because of its credential. With Continue On
 * Fail, n8n would otherwise output the input items as if they had succeeded (2.41.1,
 * WorkflowExecute.handleNodeExecutionError).
 * @param output - for failed items
 * @throws the error without Continue On Fail; in a poll cycle, it contains the IDs of the videos
 */
export function failedStart(
	functions: IExecuteFunctions,
	thrown: unknown,
	output: number,
	isPollCycle: boolean,
): ItemResult[] {
	const node = functions.getNode();
	const error = toNodeError(node, 0, thrown);
	const items = (isPollCycle && readCallback(functions)?.items) || functions.getInputData();
	if (!functions.continueOnFail()) {
		if (!isPollCycle) throw error;
		const states = items.map(parseWaitState);
		const uuids = states
			.map((state) => ('wait' in state ? state.wait.job.uuid : state.done.json.uuid))
			.filter((uuid) => typeof uuid === 'string');
		throw withReport(error, new RunReport("Retrieve the videos with 'Get Status'", uuids, []));
	}
	if (isPollCycle) return items.map((item, index) => failedState(node, item, index, error));
	return items.map((_, itemIndex) =>
		failedResult(node, {
			...{ itemIndex, output, isWaiting: false },
			error: errorForItem(node, error, itemIndex),
		}),
	);
}
