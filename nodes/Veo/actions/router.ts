import type { IExecuteFunctions, INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { runBatch } from '../execution/batch';
import { ExecutionContext } from '../execution/context';
import type { ItemResult, ItemTask } from '../execution/items';
import { isParentCanceled, suspendExecution, waitingItems } from '../execution/waitWorkflow';
import {
	canceledError,
	errorItem,
	markAsError,
	toNodeError,
	withOtherJobs,
	type NodeError,
} from '../output/errors';
import { addHints } from '../output/hints';
import { ParameterReader } from '../parameters/parameterReader';
import { quote } from '../quote';
import { err, ok, type Result } from '../result';
import { SINGLE_OUTPUT, type Operation, type Outputs, type Prepare } from './operation';
import { findOperation } from './operations';

/**
 * Runs the selected operation for all items: first every item's parameters are validated, so that bad
 * input costs nothing, then at most 'Max Concurrency' of them are processed simultaneously.
 * @returns the node's outputs, with the items in input order
 * @throws the first error, unless the node continues on fail; an error that contains "canceled" if the
 *   execution was canceled
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const parameters = new ParameterReader(this, 0);
	const operation = selectedOperation(parameters);
	const context = await ExecutionContext.create(this);
	try {
		return await new Router(
			context,
			operation.prepare,
			operation.outputs?.(parameters) ?? SINGLE_OUTPUT,
			operation.parentExecutionId?.(parameters) ?? '',
		).run();
	} finally {
		context.close();
	}
}

function selectedOperation(parameters: ParameterReader): Operation {
	const resource = parameters.text('resource', 'Resource');
	const operation = parameters.text('operation', 'Operation');
	const found = findOperation(resource, operation);
	if (found) return found;
	throw parameters.invalid(
		`The operation ${quote(operation)} isn't supported for the resource ${quote(resource)}`,
		"Select 'Resource' and 'Operation' again.",
	);
}

class Router {
	constructor(
		private readonly context: ExecutionContext,
		private readonly prepare: Prepare,
		private readonly outputs: Outputs,
		private readonly parentExecutionId: string,
	) {}

	async run(): Promise<INodeExecutionData[][]> {
		const { context, parentExecutionId } = this;
		const tasks = await this.prepareAll();
		if (parentExecutionId && (await isParentCanceled(context, parentExecutionId))) {
			throw this.canceled();
		}
		const results = await this.runTasks(tasks);
		const items = results.map((result, itemIndex) =>
			result.ok ? result.value : this.errorResult(itemIndex, result.error),
		);
		if (items.some(({ wait }) => wait)) {
			return parentExecutionId
				? [[], waitingItems(context, items)]
				: [await suspendExecution(context, items)];
		}
		if (results.every((result) => result.ok)) context.submissions.clear();
		const outputs: INodeExecutionData[][] = Array.from({ length: this.outputs.count }, () => []);
		for (const { item, output } of items) outputs[output]?.push(item);
		addHints(context.functions, outputs);
		return outputs;
	}

	/** Validates every item before anything is sent for any of them. */
	private async prepareAll(): Promise<Array<Result<ItemTask, NodeError>>> {
		const { functions, node } = this.context;
		const tasks: Array<Result<ItemTask, NodeError>> = [];
		for (const itemIndex of functions.getInputData().keys()) {
			try {
				const parameters = new ParameterReader(functions, itemIndex);
				tasks.push(ok(await this.prepare(this.context, parameters)));
			} catch (thrown) {
				const error = toNodeError(node, itemIndex, thrown);
				if (!functions.continueOnFail()) throw error;
				tasks.push(err(error));
			}
		}
		return tasks;
	}

	/** Processes the items; resolves only after no request of this node is in flight. */
	private async runTasks(
		tasks: Array<Result<ItemTask, NodeError>>,
	): Promise<Array<Result<ItemResult, NodeError>>> {
		const { context } = this;
		const { functions, node, maxConcurrency: concurrency, cancellation } = context;
		const continueOnFail = functions.continueOnFail();
		const options = { concurrency, continueOnFail, cancellation };
		const { results, firstFailure } = await runBatch(
			tasks,
			options,
			async (task, itemIndex): Promise<Result<ItemResult, NodeError>> => {
				if (!task.ok) return task;
				try {
					return ok(await task.value());
				} catch (thrown) {
					return err(toNodeError(node, itemIndex, thrown));
				}
			},
		);

		// before Continue On Fail: a canceled execution must not end in error items
		if (context.isCanceled && !results.every((result) => result?.ok)) throw this.canceled();
		if (firstFailure && !continueOnFail) {
			const { error, itemIndex } = firstFailure;
			const wasSuspended = this.parentExecutionId !== '';
			throw withOtherJobs(error, context.trackedIds(itemIndex), wasSuspended);
		}
		// nothing was canceled, so every item was started
		return results.filter((result) => result !== undefined);
	}

	/** Also logs the videos that are still being generated, since a user may never see the error. */
	private canceled(): NodeOperationError {
		const { functions, node } = this.context;
		const uuids = this.context.trackedIds();
		if (uuids.length > 0) {
			// in the text itself: n8n's console log shows nothing else (2.41.1)
			const ids = uuids.join(', ');
			const message = `Execution canceled. These Veo videos are still being generated: ${ids}`;
			functions.logger.warn(message, { uuids });
		}
		return canceledError(node, 0, uuids);
	}

	private errorResult(itemIndex: number, error: NodeError): ItemResult {
		const item = errorItem(error, itemIndex);
		if (this.context.node.onError === 'continueErrorOutput') markAsError(item, error);
		return { item, output: this.outputs.error };
	}
}
