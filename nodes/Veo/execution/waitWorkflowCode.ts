import type { INode, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import { enumerate } from '../output/report';
import type { ExecutionContext } from './context';
import { InlineWorkflow } from './inlineWorkflow';
import type { StartedWorkflow } from './items';

/**
 * A hidden parameter of Get Status, set only in the node's own sub-workflow: the ID of the suspended
 * execution for which it checks the status of videos.
 */
export const PARENT_EXECUTION = 'parentExecutionId';
/** Another one: the key of a step that it runs in a sub-workflow (hiddenSteps.ts). */
export const WAIT_KEY = 'waitKey';

/** The outputs of a poll cycle: all items leave together after the last job is done. */
export const WAIT_OUTPUTS = ['Done', 'Pending'] as const;

/** The nodes whose items the poll cycles need. */
export const HOLD_NODE = 'Videos';
export const CHECK_NODE = 'Check Status';

/** How many IDs the note contains; the items contain all. */
const MAX_NOTED = 10;

/**
 * Waits, checks the status, and waits again until the last job is done.
 * @param videos - the IDs of the videos, or the key of a wait that starts before they are submitted,
 *   which a request to its URL resumes too
 */
export function buildWaitWorkflow(
	context: ExecutionContext,
	videos: { uuids: readonly string[] } | { key: string },
): IWorkflowBase {
	const { node, functions, maxConcurrency, maxRetries } = context;
	const { id = '', name = '' } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	const workflow = new InlineWorkflow(id, `${node.name}: waiting for videos`);
	const addVeo = (nodeName: string, parameters: object) =>
		workflow.add(veoNode(context, nodeName, parameters));
	const start = workflow.addStart();
	const hasUrl = 'key' in videos;
	const first = hasUrl ? addVeo(HOLD_NODE, { [WAIT_KEY]: videos.key }) : start;
	if (hasUrl) workflow.connect(start, first);
	const wait = workflow.addWait('={{ $json.waitSeconds }}', hasUrl);
	const options = { maxConcurrency, maxRetries };
	const checkStatus = addVeo(CHECK_NODE, { [PARENT_EXECUTION]: executionId, options });
	workflow.connect(first, wait);
	workflow.connect(wait, checkStatus);
	workflow.connect(checkStatus, wait, WAIT_OUTPUTS.indexOf('Pending'));
	workflow.addNote(
		[
			'## Waiting for videos',
			`The node **${node.name}** of the workflow **${name}** waits here for ${describe(videos)}.`,
			`When they are ready, execution ${executionId} continues with them. n8n removes this execution when it prunes old executions.`,
			`Don't delete it while it waits: execution ${executionId} would wait forever. To end both, stop execution ${executionId}.`,
		].join('\n\n'),
	);
	return workflow.build();
}

/** This node with its credential, as a node of a sub-workflow. */
export function veoNode(
	{ node, functions }: ExecutionContext,
	name: string,
	parameters: object,
): Omit<INode, 'id' | 'position'> {
	return {
		// n8n adds the suffix to the node as a tool, which has no regular inputs
		...{ name, type: node.type.replace(/Tool$/, ''), typeVersion: node.typeVersion },
		credentials: node.credentials,
		onError: functions.continueOnFail() ? 'continueRegularOutput' : 'stopWorkflow',
		parameters: {
			...{ resource: 'video', operation: 'getStatus', waitForCompletion: true },
			...{ waitMode: 'durable', ...parameters },
		},
	};
}

function describe(videos: { uuids: readonly string[] } | { key: string }): string {
	if ('key' in videos) {
		return `its videos, which are in the output of **${HOLD_NODE}**, and for a callback of the API`;
	}
	const { uuids } = videos;
	const which = uuids.length === 1 ? 'this video' : `these ${uuids.length} videos`;
	return `${which}: ${enumerate(uuids, MAX_NOTED)}`;
}

/** Runs a wait workflow until it waits. n8n resumes this execution when it ends. */
export async function startWaitWorkflow(
	{ functions }: ExecutionContext,
	code: IWorkflowBase,
	items: INodeExecutionData[],
): Promise<StartedWorkflow> {
	const { id: workflowId = '' } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	return await functions.executeWorkflow({ code }, items, undefined, {
		parentExecution: { executionId, workflowId, shouldResume: true },
		returnLastRunOnly: true,
	});
}
