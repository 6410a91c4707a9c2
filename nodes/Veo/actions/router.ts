import type { IExecuteFunctions, INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { runBatch } from '../execution/batch';
import { endOpenWait, readCallback } from '../execution/callback';
import { ExecutionContext } from '../execution/context';
import { addCanceledVideos } from '../execution/executionRecord';
import { failedResult, failedStart, failedState } from '../execution/failedItems';
import { runStep } from '../execution/hiddenSteps';
import type { ItemResult, ItemTask } from '../execution/items';
import { TimeSlice } from '../execution/timeSlice';
import {
	isParentCanceled,
	isParentSuspended,
	suspendExecution,
	unchangedItems,
	waitingItems,
} from '../execution/waitWorkflow';
import { canceledError, toNodeError, withReport, type NodeError } from '../output/errors';
import { errorForItem } from '../output/errorItems';
import { RunReport, STILL_GENERATED } from '../output/report';
import { ParameterReader } from '../parameters/parameterReader';
import { quote } from '../quote';
import { err, ok, type Result } from '../result';
import { SINGLE_OUTPUT, type Operation, type Outputs } from './operation';
import { findOperation } from './operations';
import { withHints } from './outputs';

/**
 * Runs the selected operation for all items: first every item's parameters are validated, so that bad
 * input costs nothing, then at most 'Max Concurrency' of them are processed simultaneously.
 * @returns the node's outputs, with the items in input order
 * @throws the first error, unless the node continues on fail; an error that contains "canceled" if the
 *   execution was canceled
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const parameters = new ParameterReader(this, 0);
	let outputs = SINGLE_OUTPUT;
	let parentExecutionId = '';
	let operation: Operation;
	let context: ExecutionContext;
	try {
		operation = selectedOperation(parameters);
		const waitKey = operation.waitKey?.(parameters);
		if (waitKey) return await runStep(this, waitKey);
		outputs = operation.outputs?.(parameters) ?? SINGLE_OUTPUT;
		parentExecutionId = operation.parentExecutionId?.(parameters) ?? '';
		context = await ExecutionContext.create(this);
	} catch (thrown) {
		const isPollCycle = parentExecutionId !== '';
		return withHints(this, failedStart(this, thrown, outputs.error, isPollCycle), outputs);
	}
	try {
		return await new Router(context, operation, outputs, parentExecutionId).run();
	} finally {
		await endOpenWait(context);
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
	/** The error of a cancellation, which is logged once. */
	private cancellation: NodeOperationError | undefined;
	/** Set after all tasks. */
	private results: readonly ItemResult[] = [];

	constructor(
		private readonly context: ExecutionContext,
		private readonly operation: Operation,
		private readonly outputs: Outputs,
		private readonly parentExecutionId: string,
	) {}

	/** Whatever ends the node, the error and n8n's log contain all IDs and all requests in doubt. */
	async run(): Promise<INodeExecutionData[][]> {
		try {
			return await this.processItems();
		} catch (thrown) {
			await this.operation.afterTasks?.(this.context, undefined, true);
			// before all others: a canceled execution must not end with another error
			if (this.context.isCanceled) {
				await addCanceledVideos(this.context.functions, this.context.report(STILL_GENERATED));
				throw this.canceled();
			}
			const continues = thrown !== this.cancellation && this.context.functions.continueOnFail();
			if (!continues) throw thrown === this.cancellation ? thrown : this.failed(thrown);
			const { functions, node } = this.context;
			const results = this.failedResults(toNodeError(node, 0, thrown));
			this.logDoubts();
			return withHints(functions, results, this.outputs);
		}
	}

	private async processItems(): Promise<INodeExecutionData[][]> {
		const { context, parentExecutionId } = this;
		const resumed = parentExecutionId ? readCallback(context.functions) : undefined;
		if (resumed) {
			context.items = resumed.items;
			context.callback = resumed.callback;
		}
		const tasks = await this.beforeTasks(await this.prepareAll());
		if (parentExecutionId && (await isParentCanceled(context, parentExecutionId))) {
			throw this.canceled();
		}
		if (resumed && !(await isParentSuspended(context, parentExecutionId))) {
			return [[], unchangedItems(context)];
		}
		const results = await this.runTasks(tasks);
		const items = results.map((result, itemIndex) =>
			result.ok ? result.value : this.errorResult(itemIndex, result.error),
		);
		this.results = items;
		const isWaiting = items.some(({ wait }) => wait);
		await this.operation.afterTasks?.(context, items, !isWaiting);
		if (isWaiting) {
			if (context.isCanceled) throw this.canceled();
			return parentExecutionId
				? [[], waitingItems(context, items)]
				: [await suspendExecution(context, items, await context.openWait)];
		}
		if (results.every((result) => result.ok)) context.submissions.clear();
		else this.logDoubts();
		return withHints(context.functions, items, this.outputs);
	}

	/** Validates every item before anything is sent for any of them. */
	private async prepareAll(): Promise<Array<Result<ItemTask, NodeError>>> {
		const { functions, node, clock } = this.context;
		const tasks: Array<Result<ItemTask, NodeError>> = [];
		const slice = new TimeSlice(clock);
		for (const itemIndex of this.context.items.keys()) {
			if (slice.isOver) await slice.next();
			if (this.context.isCanceled) throw this.canceled();
			try {
				const parameters = new ParameterReader(functions, itemIndex);
				tasks.push(ok(await this.operation.prepare(this.context, parameters)));
			} catch (thrown) {
				const error = toNodeError(node, itemIndex, thrown);
				if (!functions.continueOnFail()) throw error;
				tasks.push(err(error));
			}
		}
		return tasks;
	}

	/** Replaces all tasks by an error if the operation refuses to run any. */
	private async beforeTasks(
		tasks: Array<Result<ItemTask, NodeError>>,
	): Promise<Array<Result<ItemTask, NodeError>>> {
		const { functions, node } = this.context;
		try {
			await this.operation.beforeTasks?.(this.context, new ParameterReader(functions, 0));
			return tasks;
		} catch (thrown) {
			const error = toNodeError(node, 0, thrown);
			if (!functions.continueOnFail()) throw error;
			return tasks.map((task) => (task.ok ? err(error) : task));
		}
	}

	/** Processes the items; resolves only after no request of this node is in flight. */
	private async runTasks(
		tasks: Array<Result<ItemTask, NodeError>>,
	): Promise<Array<Result<ItemResult, NodeError>>> {
		const { context } = this;
		const { functions, node, maxConcurrency: concurrency, cancellation } = context;
		const continueOnFail = functions.continueOnFail();
		const slice = new TimeSlice(context.clock);
		const options = { concurrency, continueOnFail, cancellation, slice };
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
		if (firstFailure && !continueOnFail) throw firstFailure.error;
		// nothing was canceled, so every item was started
		return results.filter((result) => result !== undefined);
	}

	/**
	 * Adds to the error that ends the node what its own item does not report. A retry reuses the videos,
	 * unless the execution was suspended: then no retry reaches the node, since n8n throws the same error
	 * again (2.41.1, WorkflowExecute.runNode).
	 */
	private failed(thrown: unknown): NodeError {
		const { context, parentExecutionId } = this;
		const error = toNodeError(context.node, 0, thrown);
		const { itemIndex, reason = error.name } = error.context;
		const use = parentExecutionId ? "retrieve them with 'Get Status'" : 'reused when you retry it';
		const introduction = `Other videos submitted in this execution (${use})`;
		const report = context.report(
			introduction,
			typeof itemIndex === 'number' ? itemIndex : undefined,
		);
		// without the message, which can contain a text of the API that quotes the prompt
		const source = itemIndex === undefined ? '' : ` by item ${String(itemIndex)}`;
		this.log(`Ended${source} (${String(reason)})`, report);
		return withReport(error, report);
	}

	private canceled(): NodeOperationError {
		if (this.cancellation) return this.cancellation;
		const { context } = this;
		const report = context.report(STILL_GENERATED);
		this.log('Execution canceled', report);
		this.cancellation = canceledError(context.node, report);
		return this.cancellation;
	}

	/** With Continue On Fail nobody may read the items that failed. */
	private logDoubts(): void {
		const { uuids, inDoubt } = this.context.submissions.summary();
		const unknown = inDoubt.filter((itemIndex) => !uuids.has(itemIndex));
		const report = new RunReport('', [], unknown);
		this.log('Some items failed', report);
	}

	/** In the text itself: n8n's console log shows nothing else (2.41.1). */
	private log(what: string, report: RunReport): void {
		const { uuids, inDoubt } = report;
		if (uuids.length + inDoubt.length === 0) return;
		const ids =
			uuids.length > 0 ? ` Veo videos that are still being generated: ${uuids.join(', ')}.` : '';
		const doubts =
			inDoubt.length > 0
				? ` Items whose request may have been accepted and charged: ${inDoubt.join(', ')}.`
				: '';
		this.context.functions.logger.warn(`${what}.${ids}${doubts}`, { ...report.context(), uuids });
	}

	private errorResult(itemIndex: number, error: NodeError): ItemResult {
		const { context, outputs, parentExecutionId } = this;
		return failedResult(context.node, {
			...{ itemIndex, error, output: outputs.error },
			request: context.requestOf(itemIndex),
			isWaiting: parentExecutionId !== '',
		});
	}

	/**
	 * All items, if something other than an item failed, such as the start of a durable wait. Those that
	 * are final remain.
	 */
	private failedResults(error: NodeError): ItemResult[] {
		const { context, parentExecutionId } = this;
		const { node, items, videos } = context;
		if (parentExecutionId) return items.map((item, index) => failedState(node, item, index, error));
		return items.map((_, itemIndex) => {
			const result = this.results[itemIndex];
			if (result && !result.wait) return result;
			return this.errorResult(
				itemIndex,
				errorForItem(node, error, itemIndex, videos.get(itemIndex)),
			);
		});
	}
}
