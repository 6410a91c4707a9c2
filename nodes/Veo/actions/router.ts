import type {
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { runBatch, type Outcome } from '../execution/batch';
import { asNodeError, errorItem, markAsError, stoppedError, withOtherJobs } from '../output/errors';
import { addHints } from '../output/hints';
import type { ItemResult, ItemTask } from '../execution/items';
import { BRANCHES, FAILED_OUTPUT } from '../output/itemJson';
import { Parameters } from '../parameters/parameterReader';
import { NodeRun, type Prepare } from '../execution/context';
import { isRoundInVain, parkAll, ROUND_OUTPUTS } from '../execution/waitWorkflow';
import { findOperation } from './operations';

type NodeError = NodeApiError | NodeOperationError;

/**
 * Runs the chosen operation on all items: first every item's parameters are checked, so that bad
 * input costs nothing, then at most 'Max Concurrency' of them are worked on at once.
 * @returns the node's outputs, each item where its input's turn is
 * @throws the first error, unless the node is to continue on fail; an error that says "canceled"
 *   when the execution was stopped
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const prepare = chosenOperation(this);
	const run = await NodeRun.start(this);
	try {
		return await runAll(run, prepare);
	} finally {
		run.close();
	}
}

async function runAll(run: NodeRun, prepare: Prepare): Promise<INodeExecutionData[][]> {
	const tasks = await prepareAll(run, prepare);
	if (await isRoundInVain(run)) throw cancelled(run);
	const outcomes = await workOff(run, tasks);
	const results = outcomes.map((outcome, itemIndex) =>
		outcome.ok ? outcome.value : errorResult(run, itemIndex, outcome.error),
	);
	if (results.some(({ parked }) => parked)) return await parkAll(run, results);
	if (outcomes.every(({ ok }) => ok)) run.ledger.close();
	const outputs = emptyOutputs(run);
	for (const { item, output } of results) outputs[output]?.push(item);
	addHints(run.functions, outputs);
	return outputs;
}

function emptyOutputs({ parentExecutionId, branchesByStatus }: NodeRun): INodeExecutionData[][] {
	if (parentExecutionId) return ROUND_OUTPUTS.map(() => []);
	return branchesByStatus ? BRANCHES.map(() => []) : [[]];
}

function chosenOperation(functions: IExecuteFunctions): Prepare {
	const parameters = new Parameters(functions, 0);
	const resource = parameters.text('resource', 'Resource');
	const operation = parameters.text('operation', 'Operation');
	const found = findOperation(resource, operation);
	if (found) return found.prepare;
	throw parameters.refuse(
		`The operation '${operation}' of '${resource}' is not known`,
		"Choose 'Resource' and 'Operation' anew from their lists.",
	);
}

/** Checks every item before anything is sent for any of them. */
async function prepareAll(
	run: NodeRun,
	prepare: Prepare,
): Promise<Array<Outcome<ItemTask, NodeError>>> {
	const { functions } = run;
	const tasks: Array<Outcome<ItemTask, NodeError>> = [];
	for (const itemIndex of functions.getInputData().keys()) {
		try {
			const task = await prepare(run, new Parameters(functions, itemIndex));
			tasks.push({ ok: true, value: task });
		} catch (caught) {
			if (!functions.continueOnFail()) throw asNodeError(run.node, itemIndex, caught);
			tasks.push({ ok: false, error: asNodeError(run.node, itemIndex, caught) });
		}
	}
	return tasks;
}

/** Works on the items; ends only when nothing of this run is under way any more. */
async function workOff(
	run: NodeRun,
	tasks: Array<Outcome<ItemTask, NodeError>>,
): Promise<Array<Outcome<ItemResult, NodeError>>> {
	const { functions, node, maxConcurrency: concurrency, stops } = run;
	const keepGoing = functions.continueOnFail();
	const batch = { concurrency, keepGoing, stops };

	const { outcomes, first } = await runBatch(tasks, batch, async (task, itemIndex) => {
		if (!task.ok) return task;
		try {
			return { ok: true, value: await task.value() };
		} catch (caught) {
			return { ok: false, error: asNodeError(node, itemIndex, caught) };
		}
	});

	// first of all: a stopped execution must not end in items that say so
	if (run.isCancelled && !outcomes.every((outcome) => outcome?.ok)) throw cancelled(run);
	if (first && !keepGoing) {
		throw withOtherJobs(first.error, run.jobs(first.itemIndex), run.parentExecutionId !== '');
	}
	// nothing stopped the run, so every item was begun
	return outcomes.filter((outcome) => outcome !== undefined);
}

/** Leaves word of the videos that go on being made, since nobody may look at the error. */
function cancelled(run: NodeRun): NodeOperationError {
	const uuids = run.jobs();
	if (uuids.length > 0) {
		// in the text itself: n8n's console log shows nothing else (2.41.1)
		const message = `A canceled execution leaves Veo videos behind: ${uuids.join(', ')}`;
		run.functions.logger.warn(message, { uuids });
	}
	return stoppedError(run.node, 0, uuids);
}

function errorResult(
	{ node, branchesByStatus }: NodeRun,
	itemIndex: number,
	error: NodeError,
): ItemResult {
	const item = errorItem(error, itemIndex);
	if (node.onError === 'continueErrorOutput') markAsError(item, error);
	return { item, output: branchesByStatus ? FAILED_OUTPUT : 0 };
}
