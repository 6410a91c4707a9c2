import type { INodeProperties } from 'n8n-workflow';
import type { ExecutionContext } from '../execution/context';
import type { ItemTask } from '../execution/items';
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
	/** SINGLE_OUTPUT if absent. The `outputs` of Veo.node.ts must match, which the canvas uses. */
	outputs?(parameters: ParameterReader): Outputs;
	/** The suspended execution for which this one runs a poll cycle; '' or absent otherwise. */
	parentExecutionId?(parameters: ParameterReader): string;
	/** The key of the wait that the node holds until the videos are submitted; '' or absent otherwise. */
	waitKey?(parameters: ParameterReader): string;
}
