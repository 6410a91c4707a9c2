import {
	NodeOperationError,
	WAIT_FOR_SUB_EXECUTION,
	type INodeExecutionData,
	type IRunExecutionData,
} from 'n8n-workflow';
import { suspensionMs } from '../jobs/durableWait';
import { waitingHint } from '../output/hints';
import { enumerate, MAX_LISTED } from '../output/report';
import type { ExecutionContext } from './context';
import { reasonOf } from './inlineWorkflow';
import type { ItemResult, OpenWait, RegisteredRow, WaitingItem } from './items';
import { buildWaitWorkflow, startWaitWorkflow } from './waitWorkflowCode';

/**
 * Suspends the execution until the last item is final: n8n stores it in its database meanwhile. A
 * sub-workflow of this node waits and checks the status in turn. n8n suspends the parent of an
 * execution that waits, and finally uses the sub-workflow's items as this node's output.
 * @param results - the present state of each item, at least one with a wait
 * @param openWait - a sub-workflow that has started before, whose URL receives the API's callbacks
 * @returns the items that n8n shows during the wait
 * @throws NodeOperationError with the jobs' IDs if n8n can't start the sub-workflow
 */
export async function suspendExecution(
	context: ExecutionContext,
	results: readonly ItemResult[],
	openWait?: OpenWait,
): Promise<INodeExecutionData[]> {
	const { functions, node } = context;
	// On resume n8n disables the node of this entry of its stack. The entry of another branch into this
	// node shares the object, and its items would pass through without a video (2.41.1).
	const executeData = functions.getExecuteData();
	executeData.node = { ...executeData.node };
	const uuids = results.flatMap(({ wait }) => wait?.job.uuid ?? []);
	const items = waitingItems(context, results);
	try {
		// one that was stopped while the videos were submitted is replaced
		const open = await openWait?.start(items).catch(() => undefined);
		const { waitTill, data } = open?.waitTill
			? open
			: await startWaitWorkflow(context, buildWaitWorkflow(context, { uuids }), items);
		if (!waitTill) return data[0] ?? [];
		functions.addExecutionHints(waitingHint(uuids.length, open?.waitTill !== undefined));
		return results.map(({ item }) => shownWhileWaiting(item));
	} catch (thrown) {
		const message = `n8n couldn't start the durable wait: ${reasonOf(thrown)}`;
		const error = new NodeOperationError(node, message, {
			description: `The videos have been submitted and are still being generated: ${enumerate(uuids, MAX_LISTED)}. Retrieve them with 'Get Status', or retry the execution, which reuses them.`,
		});
		Object.assign(error.context, { uuids });
		throw error;
	}
}

/**
 * Without the field 'error': if the first item has it and Retry On Fail is enabled, n8n runs the node
 * again, although it is suspended (2.41.1, WorkflowExecute.processRunExecutionData). That would start a
 * second wait.
 */
function shownWhileWaiting(item: INodeExecutionData): INodeExecutionData {
	const { error: errorMessage, ...json } = item.json;
	return errorMessage === undefined ? item : { ...item, json: { ...json, errorMessage } };
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

/** The items of a poll cycle that checks nothing. The next one comes as soon as n8n can suspend it. */
export function unchangedItems(context: ExecutionContext): INodeExecutionData[] {
	const dueAtMs = context.clock.now();
	const results = context.items.map((item): ItemResult => {
		const state = parseWaitState(item);
		const { registered } = state;
		return 'wait' in state
			? { item, output: 0, wait: { ...state.wait, dueAtMs }, registered }
			: { item: state.done, output: 0, registered };
	});
	return waitingItems(context, results);
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
	return parent === undefined || isOver(parent);
}

/**
 * Whether an execution has failed, crashed or been canceled, which leaves an error in its data. After a
 * restart, n8n adds one to a suspended agent too, and resumes it nevertheless (2.41.1,
 * ExecutionRecoveryService.amend).
 */
export function isOver({ waitTill, resultData: { error } }: IRunExecutionData): boolean {
	return error !== undefined && !(waitTill && error.message.startsWith('Workflow did not finish'));
}

/** A callback can come between the start of the wait and the suspension of the parent, within this time. */
const MAX_SUSPENDING_MS = 5_000;
const SUSPENDING_POLL_MS = 250;

/**
 * Waits until the parent is suspended. If this execution ended before, n8n could not resume the parent.
 * @returns false if it isn't
 */
export async function isParentSuspended(
	{ functions, clock, cancellation }: ExecutionContext,
	parentExecutionId: string,
): Promise<boolean> {
	for (let waitedMs = 0; ; waitedMs += SUSPENDING_POLL_MS) {
		const parent = await functions.getExecutionDataById(parentExecutionId);
		const [entry] = parent?.executionData?.nodeExecutionStack ?? [];
		const children = entry?.metadata?.waitingChildExecutionIds ?? [];
		if (parent?.waitTill && children.includes(functions.getExecutionId())) return true;
		if (waitedMs >= MAX_SUSPENDING_MS) return false;
		await clock.sleep(SUSPENDING_POLL_MS, cancellation.signal(0));
	}
}

/** @returns why this execution can't be suspended, or undefined if it can */
export function durableWaitBlocker({ functions }: ExecutionContext): string | undefined {
	// The engine that exports this constant also resumes a parent whose sub-workflow failed or crashed.
	// An older one would suspend it forever, or return its own input (n8n 1.x).
	if (WAIT_FOR_SUB_EXECUTION === undefined) return 'this requires n8n 2.41 or later';
	const { id } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	if (!id || !executionId || executionId === UNSAVED) {
		return "this execution isn't saved. Enable saving in the workflow settings.";
	}
	return undefined;
}

/** n8n's ID for an execution that it does not save (n8n-core 2.41.1). */
export const UNSAVED = '__UNKNOWN__';
