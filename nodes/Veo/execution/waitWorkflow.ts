import {
	NodeConnectionTypes,
	NodeOperationError,
	WAIT_FOR_SUB_EXECUTION,
	type INode,
	type INodeExecutionData,
	type IWorkflowBase,
} from 'n8n-workflow';
import { parkingMs } from '../jobs/durableWait';
import { PARKED } from '../output/hints';
import type { ItemResult, ParkedItem } from './items';
import { PARENT_EXECUTION, type NodeRun } from './context';

/** The outputs of a round: all items leave together, once the last job has ended. */
export const ROUND_OUTPUTS = ['Ended', 'Waiting'] as const;

/**
 * Parks the execution in n8n's database until the last of these items is final. That is done by a
 * sub-workflow of this node's making, which waits and looks in turn: n8n parks the parent of an
 * execution that waits, and in the end gives it the sub-workflow's items as this node's output.
 * @param results - each item as it is now; at least one is parked
 * @returns what this node hands on for now: in a round the items for the next one, else the items
 *   that n8n shows while it waits
 * @throws NodeOperationError, naming the jobs, where n8n does not run the sub-workflow
 */
export async function parkAll(
	run: NodeRun,
	results: readonly ItemResult[],
): Promise<INodeExecutionData[][]> {
	const jobs = results.flatMap(({ parked }) => parked ?? []);
	const waitSeconds = Math.ceil(parkingMs(jobs, run.clock.now()) / 1000);
	const items = results.map(({ item, parked }) => {
		const state: RoundItem = parked ? { waitSeconds, parked } : { waitSeconds, ended: item.json };
		return { ...item, json: { ...state } };
	});
	if (run.parentExecutionId) return [[], items];

	const { functions } = run;
	const { id: workflowId = '' } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	try {
		const { waitTill, data } = await functions.executeWorkflow(
			{ code: waitingRoom(run, workflowId, executionId) },
			items,
			undefined,
			{ parentExecution: { executionId, workflowId, shouldResume: true }, returnLastRunOnly: true },
		);
		if (!waitTill) return [data[0] ?? []];
		functions.addExecutionHints(PARKED);
		return [results.map(({ item }) => item)];
	} catch (error) {
		const uuids = jobs.map(({ job }) => job.uuid);
		const reason = error instanceof Error ? error.message : String(error);
		const lost = new NodeOperationError(run.node, `n8n did not begin the durable wait: ${reason}`, {
			description: `The videos are ordered and go on being made: ${uuids.join(', ')}. Retry the execution, or set 'Wait Mode' to In Process first: either picks them up.`,
		});
		Object.assign(lost.context, { uuids });
		throw lost;
	}
}

/** What an item is between two rounds. */
type RoundItem = { waitSeconds: number } & (
	| { parked: ParkedItem }
	| { ended: INodeExecutionData['json'] }
);

/** Reads an item of a round, which nobody but parkAll makes; an ended one becomes final again. */
export function readRoundItem(
	item: INodeExecutionData,
): { parked: ParkedItem } | { ended: INodeExecutionData } {
	const { parked, ended } = item.json;
	if (isParkedItem(parked)) return { parked };
	return { ended: { ...item, json: typeof ended === 'object' ? { ...ended } : {} } };
}

function isParkedItem(value: unknown): value is ParkedItem {
	return typeof value === 'object' && value !== null && 'plan' in value && 'job' in value;
}

/**
 * Whether a round is in vain, as the execution it is for has been stopped or deleted: n8n stops only
 * the one that the user points at (2.41.1, ExecutionService.stop), which leaves an error in its data.
 */
export async function isRoundInVain({ functions, parentExecutionId }: NodeRun): Promise<boolean> {
	if (!parentExecutionId) return false;
	const parent = await functions.getExecutionDataById(parentExecutionId);
	return parent === undefined || parent.resultData.error !== undefined;
}

/** @returns why this run cannot be parked, or undefined where it can */
export function durableFlaw({ functions, jsonOnly }: NodeRun): string | undefined {
	// The engine that has it also resumes a parent whose sub-workflow failed, or ended in a crash;
	// an older one would leave it parked for ever, or give it back its own input (n8n 1.x).
	if (WAIT_FOR_SUB_EXECUTION === undefined) return 'it needs n8n 2.41 or later';
	if (jsonOnly) return 'an AI agent that calls this node as its tool does not wait for it';
	const { id } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	if (!id || !executionId || executionId === UNSAVED) return 'n8n does not save this execution';
	return undefined;
}

/** What n8n gives for the id of an execution that it does not save (n8n-core 2.41.1). */
const UNSAVED = '__UNKNOWN__';

/** Waits, looks, and waits again until the last job has ended. */
function waitingRoom(run: NodeRun, workflowId: string, executionId: string): IWorkflowBase {
	const { node, functions, maxConcurrency, maxRetries } = run;
	const look = {
		...part('Look', node.type, node.typeVersion),
		credentials: node.credentials,
		onError: functions.continueOnFail() ? 'continueRegularOutput' : 'stopWorkflow',
		parameters: {
			...{ resource: 'video', operation: 'getStatus', waitForCompletion: true },
			...{ waitMode: 'durable', [PARENT_EXECUTION]: executionId },
			options: { maxConcurrency, maxRetries },
		},
	} satisfies INode;
	const begin = {
		...part('Begin', 'n8n-nodes-base.executeWorkflowTrigger', 1.1),
		parameters: { inputSource: 'passthrough' },
	};
	const wait = {
		...part('Wait', 'n8n-nodes-base.wait', 1.1),
		parameters: { resume: 'timeInterval', amount: '={{ $json.waitSeconds }}', unit: 'seconds' },
	};
	const toWait = [{ node: wait.name, type: NodeConnectionTypes.Main, index: 0 }];
	const toLook = [{ node: look.name, type: NodeConnectionTypes.Main, index: 0 }];
	const now = new Date();
	return {
		// n8n resumes only executions of a saved workflow
		id: workflowId,
		name: `${node.name}: waiting for videos`,
		...{ active: false, isArchived: false, activeVersionId: null, createdAt: now, updatedAt: now },
		nodes: [begin, wait, look],
		connections: {
			[begin.name]: { main: [toWait] },
			[wait.name]: { main: [toLook] },
			[look.name]: { main: [[], toWait] },
		},
		settings: {
			executionOrder: 'v1',
			// the parent's own settings may forbid that it is called, or not save it
			callerPolicy: 'workflowsFromSameOwner',
			saveDataErrorExecution: 'all',
			saveDataSuccessExecution: 'all',
		},
	};
}

function part(name: string, type: string, typeVersion: number): Omit<INode, 'parameters'> {
	return { id: `veo-${name.toLowerCase()}`, name, type, typeVersion, position: [0, 0] };
}
