import {
	NodeOperationError,
	WAIT_FOR_SUB_EXECUTION,
	type INodeExecutionData,
	type IWorkflowBase,
} from 'n8n-workflow';
import { toSingleLine } from '../api/response';
import { suspensionMs } from '../jobs/durableWait';
import { WAITING_HINT } from '../output/hints';
import { enumerate } from '../output/report';
import type { ExecutionContext } from './context';
import { InlineWorkflow } from './inlineWorkflow';
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
	const uuids = results.flatMap(({ wait }) => wait?.job.uuid ?? []);
	try {
		const { waitTill, data } = await functions.executeWorkflow(
			{ code: buildWaitWorkflow(context, executionId, uuids) },
			waitingItems(context, results),
			undefined,
			{ parentExecution: { executionId, workflowId, shouldResume: true }, returnLastRunOnly: true },
		);
		if (!waitTill) return data[0] ?? [];
		functions.addExecutionHints(WAITING_HINT);
		return results.map(({ item }) => item);
	} catch (thrown) {
		const message = `n8n couldn't start the durable wait: ${reasonOf(thrown)}`;
		const error = new NodeOperationError(node, message, {
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
	const nowMs = clock.now();
	const waitSeconds = Math.ceil(suspensionMs(waits, nowMs) / 1000);
	const resumeAtMs = nowMs + waitSeconds * 1000;
	return results.map(({ item, wait, registered }) => {
		const state: WaitState = wait
			? { waitSeconds, wait: { ...wait, resumeAtMs } }
			: { waitSeconds, done: item.json };
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
	const workflow = new InlineWorkflow(workflowId, `${node.name}: checking the wait`);
	workflow.connect(workflow.addStart(), workflow.addWait(0));
	workflow.addNote('');
	try {
		const executionId = functions.getExecutionId();
		await functions.executeWorkflow({ code: workflow.build(false) }, [{ json: {} }], undefined, {
			parentExecution: { executionId, workflowId },
		});
		hasWaitNodes = true;
		return undefined;
	} catch (thrown) {
		return `n8n can't run its Wait node in a sub-workflow (${reasonOf(thrown)})`;
	}
}

/** The wording of n8n, for an error. */
function reasonOf(thrown: unknown): string {
	return toSingleLine(thrown instanceof Error ? thrown.message : String(thrown));
}

/** n8n's ID for an execution that it does not save (n8n-core 2.41.1). */
export const UNSAVED = '__UNKNOWN__';

/** How many IDs the note contains; the items contain all. */
const MAX_NOTED = 10;

/** Waits, checks the status, and waits again until the last job is done. */
function buildWaitWorkflow(
	{ node, functions, maxConcurrency, maxRetries }: ExecutionContext,
	executionId: string,
	uuids: readonly string[],
): IWorkflowBase {
	const { id = '', name = '' } = functions.getWorkflow();
	const workflow = new InlineWorkflow(id, `${node.name}: waiting for videos`);
	const start = workflow.addStart();
	const wait = workflow.addWait('={{ $json.waitSeconds }}');
	const checkStatus = workflow.add({
		...{ name: 'Check Status', type: node.type, typeVersion: node.typeVersion },
		credentials: node.credentials,
		onError: functions.continueOnFail() ? 'continueRegularOutput' : 'stopWorkflow',
		parameters: {
			...{ resource: 'video', operation: 'getStatus', waitForCompletion: true },
			...{ waitMode: 'durable', [PARENT_EXECUTION]: executionId },
			options: { maxConcurrency, maxRetries },
		},
	});
	workflow.connect(start, wait);
	workflow.connect(wait, checkStatus);
	workflow.connect(checkStatus, wait, WAIT_OUTPUTS.indexOf('Pending'));
	const videos = uuids.length === 1 ? 'this video' : `these ${uuids.length} videos`;
	workflow.addNote(
		[
			'## Waiting for videos',
			`The node **${node.name}** of the workflow **${name}** waits here for ${videos}: ${enumerate(uuids, MAX_NOTED)}.`,
			`When they are ready, execution ${executionId} continues with them. n8n removes this execution when it prunes old executions.`,
		].join('\n\n'),
	);
	return workflow.build();
}
