import type { INodeProperties } from 'n8n-workflow';
import type { ExecutionContext } from '../execution/context';
import type { ItemResult, ItemTask } from '../execution/items';
import type { ParameterReader } from '../parameters/parameterReader';

/**
 * Validates an item's parameters, sends nothing, and returns the task that does the work: no item is
 * paid for before all are validated.
 * @throws NodeOperationError for an invalid parameter
 */
export type Prepare = (context: ExecutionContext, parameters: ParameterReader) => Promise<ItemTask>;

/** The node's outputs. */
export interface Outputs {
	count: number;
	/** The output of items that failed. */
	error: number;
}

export const SINGLE_OUTPUT: Outputs = { count: 1, error: 0 };

/** One entry of the 'Operation' list. */
export interface Operation {
	/** Its parameters. */
	description: INodeProperties[];
	prepare: Prepare;
	/**
	 * Called after all items were validated, before the first task: whatever concerns the items as a whole.
	 * @param parameters - of the first item
	 * @throws NodeOperationError if no task may run
	 */
	beforeTasks?(context: ExecutionContext, parameters: ParameterReader): Promise<void>;
	/**
	 * Called after the last task, however the node ends.
	 * @param results - of all items, or undefined if the node ends with an error
	 * @param isFinal - whether the items leave the node; otherwise the execution is suspended
	 */
	afterTasks?(
		context: ExecutionContext,
		results: readonly ItemResult[] | undefined,
		isFinal: boolean,
	): Promise<void>;
	/** SINGLE_OUTPUT if absent. The `outputs` of Veo.node.ts must match, which the canvas uses. */
	outputs?(parameters: ParameterReader): Outputs;
	/** The suspended execution for which this one runs a poll cycle; '' or absent otherwise. */
	parentExecutionId?(parameters: ParameterReader): string;
	/** The key of a step that the node runs in its own sub-workflow; '' or absent otherwise. */
	waitKey?(parameters: ParameterReader): string;
}
