import {
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import type { NodeError } from './errors';

/**
 * An error that concerns all items, for one of them: without the IDs of the others.
 * @param uuid - the item's video, if it has one
 */
export function errorForItem(
	node: INode,
	{ message, description, context }: NodeError,
	itemIndex: number,
	uuid?: string,
): NodeOperationError {
	const options = { itemIndex, description: description ?? undefined };
	const error = new NodeOperationError(node, message, options);
	error.message = message; // as in apiError
	const own = {
		itemIndex,
		uuids: undefined,
		otherUuids: undefined,
		...(uuid !== undefined && { uuid }),
	};
	Object.assign(error.context, context, own);
	return error;
}

/**
 * The item of an error with Continue On Fail.
 * @param request - what the item requested. Undefined for the error output: n8n recognizes an item for
 *   it only if it has no other keys than error, message and details (n8n 2.41.1,
 *   WorkflowExecute.handleNodeErrorOutput).
 */
export function errorItem(
	error: NodeError,
	itemIndex: number,
	request?: IDataObject,
): INodeExecutionData {
	const { uuid, status, reason } = error.context;
	const known = request && {
		...(uuid !== undefined && { uuid }),
		...(status !== undefined && { status: reason === 'timedOut' ? reason : status }),
		...request,
	};
	return {
		json: {
			error: error.message,
			...known,
			details: { ...error.context, description: error.description ?? '' },
		},
		pairedItem: { item: itemIndex },
	};
}

/**
 * Marks the item for an error output of n8n before 2.36, which does not support `details`: it checks
 * the item's own `error` first. Not enumerable, since n8n reduces an item that still has one after the
 * routing to the error's message, and copies items without non-enumerable properties.
 */
export function markAsError(item: INodeExecutionData, error: NodeError): void {
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
}
