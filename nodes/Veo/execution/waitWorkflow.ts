import {
	NodeConnectionTypes,
	NodeOperationError,
	WAIT_FOR_SUB_EXECUTION,
	type INode,
	type INodeExecutionData,
	type IWorkflowBase,
} from 'n8n-workflow';
import { toSingleLine } from '../api/response';
import { suspensionMs } from '../jobs/durableWait';
import { WAITING_HINT } from '../output/hints';
import type { ExecutionContext } from './context';
import type { ItemResult, RegisteredRow, WaitingItem } from './items';

/**
 * A hidden parameter of Get Status, set only in the node's own sub-workflow: the ID of the suspended
 * execution for which it checks the status of videos.
 */
export const PARENT_EXECUTION = 'parentExecutionId';

/** The outputs of a poll cycle: all items leave together after the last job is done. */
export const WAIT_OUTPUTS = ['Done', 'Pending'] as const;

/**
 * Suspends the execution until the last item is final: n8n stores it in its database meanwhile. A
 * sub-workflow of this node waits and checks the status in turn. n8n suspends the parent of an
 * execution that waits, and finally uses the sub-workflow's items as this node's output.
 * @param results - the present state of each item, at least one with a wait
 * @returns the items that n8n shows during the wait
 * @throws NodeOperationError with the jobs' IDs if n8n can't start the sub-workflow
 */
export async function suspendExecution(
	context: ExecutionContext,
	results: readonly ItemResult[],
): Promise<INodeExecutionData[]> {
	const { functions, node } = context;
	const { id: workflowId = '' } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	// On resume n8n disables the node of this entry of its stack. The entry of another branch into this
	// node shares the object, and its items would pass through without a video (2.41.1).
	const executeData = functions.getExecuteData();
	executeData.node = { ...executeData.node };
	try {
		const { waitTill, data } = await functions.executeWorkflow(
			{ code: buildWaitWorkflow(context, workflowId, executionId) },
			waitingItems(context, results),
			undefined,
			{ parentExecution: { executionId, workflowId, shouldResume: true }, returnLastRunOnly: true },
		);
		if (!waitTill) return data[0] ?? [];
		functions.addExecutionHints(WAITING_HINT);
		return results.map(({ item }) => item);
	} catch (thrown) {
		const uuids = results.flatMap(({ wait }) => wait?.job.uuid ?? []);
		const reason = toSingleLine(thrown instanceof Error ? thrown.message : String(thrown));
		const error = new NodeOperationError(node, `n8n couldn't start the durable wait: ${reason}`, {
			description: `The videos have been submitted and are still being generated: ${uuids.join(', ')}. Retry the execution, or set 'Wait Mode' to 'In Process' first. Both options reuse these videos.`,
		});
		Object.assign(error.context, { uuids });
		throw error;
	}
}

/** The items between two poll cycles. */
export function waitingItems(
	{ clock }: ExecutionContext,
	results: readonly ItemResult[],
): INodeExecutionData[] {
	const waits = results.flatMap(({ wait }) => wait ?? []);
	const waitSeconds = Math.ceil(suspensionMs(waits, clock.now()) / 1000);
	return results.map(({ item, wait, registered }) => {
		const state: WaitState = wait ? { waitSeconds, wait } : { waitSeconds, done: item.json };
		return { ...item, json: { ...state, ...(registered && { registered: { ...registered } }) } };
	});
}

/** The JSON of an item between two poll cycles. */
type WaitState = { waitSeconds: number } & (
	| { wait: WaitingItem }
	| { done: INodeExecutionData['json'] }
);

/** Parses an item that waitingItems created; a final one gets its own JSON back. */
export function parseWaitState(
	item: INodeExecutionData,
): ({ wait: WaitingItem } | { done: INodeExecutionData }) & { registered?: RegisteredRow } {
	const { wait, done, registered } = item.json;
	const row = isRegisteredRow(registered) ? { registered } : {};
	if (isWaitingItem(wait)) return { wait, ...row };
	return { done: { ...item, json: typeof done === 'object' ? { ...done } : {} }, ...row };
}

function isRegisteredRow(value: unknown): value is RegisteredRow {
	return typeof value === 'object' && value !== null && 'isOwner' in value;
}

function isWaitingItem(value: unknown): value is WaitingItem {
	return typeof value === 'object' && value !== null && 'plan' in value && 'job' in value;
}

/**
 * Whether the suspended execution has been canceled or deleted, so that a poll cycle is useless: n8n
 * cancels only the execution that the user selects (2.41.1, ExecutionService.stop), which leaves an
 * error in its data.
 */
export async function isParentCanceled(
	{ functions }: ExecutionContext,
	parentExecutionId: string,
): Promise<boolean> {
	const parent = await functions.getExecutionDataById(parentExecutionId);
	return parent === undefined || parent.resultData.error !== undefined;
}

/** @returns why this execution can't be suspended, or undefined if it can */
export function durableWaitBlocker({ functions, jsonOnly }: ExecutionContext): string | undefined {
	// The engine that exports this constant also resumes a parent whose sub-workflow failed or crashed.
	// An older one would suspend it forever, or return its own input (n8n 1.x).
	if (WAIT_FOR_SUB_EXECUTION === undefined) return 'this requires n8n 2.41 or later';
	if (jsonOnly) return "AI agents don't wait for tools that suspend the execution";
	const { id } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	if (!id || !executionId || executionId === UNSAVED) {
		return "this execution isn't saved. Enable saving in the workflow settings.";
	}
	return undefined;
}

/** Whether this n8n has the nodes of the wait workflow; known after the first check. */
let hasWaitNodes = false;

/**
 * Runs a workflow with the same nodes, to detect before anything is paid that an administrator has
 * excluded one of them (NODES_EXCLUDE). It waits zero seconds and is not saved.
 * @returns why a durable wait can't work, or undefined if it can
 */
export async function missingNodeBlocker({
	node,
	functions,
}: ExecutionContext): Promise<string | undefined> {
	if (hasWaitNodes) return undefined;
	const { id: workflowId = '' } = functions.getWorkflow();
	const start = createStart();
	const wait = createWait(0);
	const workflow = buildWorkflow(workflowId, `${node.name}: checking the wait`, [start, wait], {
		[start.name]: connectTo(wait),
	});
	workflow.settings = {
		...workflow.settings,
		saveDataErrorExecution: 'none',
		saveDataSuccessExecution: 'none',
	};
	try {
		const executionId = functions.getExecutionId();
		await functions.executeWorkflow({ code: workflow }, [{ json: {} }], undefined, {
			parentExecution: { executionId, workflowId },
		});
		hasWaitNodes = true;
		return undefined;
	} catch (thrown) {
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		return `n8n can't run its Wait node in a sub-workflow (${reason.slice(0, 200)})`;
	}
}

/** n8n's ID for an execution that it does not save (n8n-core 2.41.1). */
export const UNSAVED = '__UNKNOWN__';

/** Waits, checks the status, and waits again until the last job is done. */
function buildWaitWorkflow(
	{ node, functions, maxConcurrency, maxRetries }: ExecutionContext,
	workflowId: string,
	executionId: string,
): IWorkflowBase {
	const start = createStart();
	const wait = createWait('={{ $json.waitSeconds }}');
	const checkStatus = {
		...createNode('Check Status', node.type, node.typeVersion),
		credentials: node.credentials,
		onError: functions.continueOnFail() ? 'continueRegularOutput' : 'stopWorkflow',
		parameters: {
			...{ resource: 'video', operation: 'getStatus', waitForCompletion: true },
			...{ waitMode: 'durable', [PARENT_EXECUTION]: executionId },
			options: { maxConcurrency, maxRetries },
		},
	} satisfies INode;
	return buildWorkflow(workflowId, `${node.name}: waiting for videos`, [start, wait, checkStatus], {
		[start.name]: connectTo(wait),
		[wait.name]: connectTo(checkStatus),
		[checkStatus.name]: { main: [[], ...connectTo(wait).main] },
	});
}

/** An inline workflow. Its ID is that of the saved one: n8n resumes only its executions. */
export function buildWorkflow(
	id: string,
	name: string,
	nodes: INode[],
	connections: IWorkflowBase['connections'],
): IWorkflowBase {
	const now = new Date();
	return {
		...{ id, name, nodes, connections },
		...{ active: false, isArchived: false, activeVersionId: null, createdAt: now, updatedAt: now },
		settings: {
			executionOrder: 'v1',
			// the parent's own settings may forbid calling it, or disable saving
			callerPolicy: 'workflowsFromSameOwner',
			saveDataErrorExecution: 'all',
			saveDataSuccessExecution: 'all',
		},
	};
}

export function connectTo({ name }: INode) {
	return { main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] };
}

export function createStart(): INode {
	return {
		...createNode('Start', 'n8n-nodes-base.executeWorkflowTrigger', 1.1),
		parameters: { inputSource: 'passthrough' },
	};
}

/** @param seconds - a number or an expression */
function createWait(seconds: number | string): INode {
	return {
		...createNode('Wait', 'n8n-nodes-base.wait', 1.1),
		parameters: { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
	};
}

export function createNode(
	name: string,
	type: string,
	typeVersion: number,
): Omit<INode, 'parameters'> {
	const id = `veo-${name.toLowerCase().replace(' ', '-')}`;
	return { id, name, type, typeVersion, position: [0, 0] };
}
