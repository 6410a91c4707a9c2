import { updateDisplayOptions, type IDataObject } from 'n8n-workflow';
import { createJob } from '../../api/parse';
import type { ExecutionContext } from '../../execution/context';
import type { ItemResult, ItemTask } from '../../execution/items';
import { durableWaitResult, readWaitPlan, waitResult } from '../../execution/waiting';
import { parseWaitState } from '../../execution/waitWorkflow';
import { PARENT_EXECUTION, WAIT_KEY, WAIT_OUTPUTS } from '../../execution/waitWorkflowCode';
import { resumeDurableWait } from '../../jobs/callbackWait';
import { pollDurableWait, startDurableWait } from '../../jobs/durableWait';
import { pollUntilDone } from '../../jobs/polling';
import { jobJson, requestFields, toItem } from '../../output/itemJson';
import {
	optionsField,
	toolDescriptionField,
	videoIdField,
	waitFields,
} from '../../parameters/fields';
import { callOptions, fileNameWhenDownloading, waitOptions } from '../../parameters/options';
import { ParameterReader } from '../../parameters/parameterReader';
import { completeRows } from '../../register/session';
import { SINGLE_OUTPUT, type Operation, type Outputs, type Prepare } from '../operation';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['getStatus'] } },
	[
		toolDescriptionField(
			'Retrieves the status of a Veo 3.1 video by its uuid, free of charge. Returns status (pending, processing, completed or failed), progress in percent, and videoUrl (a link to the video file), which is null until the video is completed.',
		),
		videoIdField,
		...waitFields(false),
		{
			displayName: 'Branch by Status',
			name: 'branchByStatus',
			type: 'boolean',
			default: false,
			description:
				'Whether to route items to three outputs by status: Completed, In Progress and Failed',
			displayOptions: { show: { waitForCompletion: [false] } },
		},
		{
			displayName: 'Parent Execution',
			name: PARENT_EXECUTION,
			type: 'hidden',
			default: '',
			displayOptions: { show: { waitMode: ['durable'] } },
		},
		{
			displayName: 'Wait Key',
			name: WAIT_KEY,
			type: 'hidden',
			default: '',
			displayOptions: { show: { waitMode: ['durable'] } },
		},
		optionsField([...callOptions, ...waitOptions, fileNameWhenDownloading]),
	],
);

/** The outputs with Branch by Status, in order. */
const BRANCHES = ['completed', 'inProgress', 'failed'] as const;

export function outputs(parameters: ParameterReader): Outputs {
	if (parentExecutionId(parameters)) return { count: WAIT_OUTPUTS.length, error: 0 };
	return isBranching(parameters)
		? { count: BRANCHES.length, error: BRANCHES.indexOf('failed') }
		: SINGLE_OUTPUT;
}

export function parentExecutionId(parameters: ParameterReader): string {
	return parameters.text(PARENT_EXECUTION, 'Parent Execution');
}

export function waitKey(parameters: ParameterReader): string {
	return parameters.text(WAIT_KEY, 'Wait Key');
}

function isBranching(parameters: ParameterReader): boolean {
	const waits = parameters.boolean('waitForCompletion', 'Wait for Completion', false);
	return !waits && parameters.boolean('branchByStatus', 'Branch by Status', false);
}

function branchOf({ status }: IDataObject): number {
	const branch = BRANCHES.findIndex((name) => name === status);
	return branch === -1 ? BRANCHES.indexOf('inProgress') : branch;
}

/** Completes the rows of the video register after a durable wait, those of failed videos too. */
export const afterTasks: Operation['afterTasks'] = async (context, results = [], isFinal) => {
	if (!parentExecutionId(new ParameterReader(context.functions, 0))) return;
	for (const [itemIndex, item] of context.items.entries()) {
		const result = results[itemIndex];
		if (result) result.registered = parseWaitState(item).registered;
	}
	if (isFinal) await completeRows(context, results);
};

/** Checks the status of a job once, or waits until it is done. */
export const prepare: Prepare = async (context, parameters) => {
	if (parentExecutionId(parameters)) return pollCycle(context, parameters);
	const { itemIndex } = parameters;
	const uuid = parameters.videoId();
	const plan = await readWaitPlan(context, parameters, false);
	// n8n has only the outputs that the first item selects
	const branches = isBranching(new ParameterReader(context.functions, 0));
	const route = (result: ItemResult): ItemResult =>
		branches ? { ...result, output: branchOf(result.item.json) } : result;

	return async () => {
		if (!plan) {
			const json = jobJson(await context.fetchStatus(itemIndex, uuid));
			return route({ item: toItem(itemIndex, json), output: 0 });
		}
		context.trackJob(itemIndex, uuid);
		const callContext = context.callContext(itemIndex);
		const job = createJob(uuid);
		if (plan.durable) {
			const wait = startDurableWait(job, false, plan, context.clock.now());
			const polled = await pollDurableWait(context.client, wait, callContext);
			return await durableWaitResult(context, parameters, polled, plan);
		}
		const result = await pollUntilDone(context.client, job, false, plan, callContext);
		return route(await waitResult(context, parameters, result, plan));
	};
};

/** One status check of a job during a durable wait; an item that is final passes unchanged. */
function pollCycle(context: ExecutionContext, parameters: ParameterReader): ItemTask {
	const { itemIndex } = parameters;
	const state = parseWaitState(context.items[itemIndex] ?? { json: {} });
	if ('done' in state) {
		// a video that is ready, which n8n discards with the error of another item
		const { uuid } = state.done.json;
		if (typeof uuid === 'string') context.trackFinished(itemIndex, uuid);
		const item = { ...state.done, pairedItem: { item: itemIndex } };
		return async () => ({ item, output: 0 });
	}
	const { plan, ...wait } = state.wait;
	// before the first status check, since an error of another item reports this job too
	context.trackJob(itemIndex, wait.job.uuid);
	if (plan.describeFailures) context.describeItem(itemIndex, requestFields(wait.job.rawFields));
	return async () => {
		const { client, callback } = context;
		const resumed = await resumeDurableWait(client, wait, callback, context.callContext(itemIndex));
		return await durableWaitResult(context, parameters, resumed, plan);
	};
}
