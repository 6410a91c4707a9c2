import type { INodeProperties } from 'n8n-workflow';
import { unseenJob } from '../../api/parse';
import { lookAtParked, park } from '../../jobs/durableWait';
import { waitForEnd } from '../../jobs/polling';
import { optionsField, shownFor, videoIdField, waitFields } from '../../parameters/fields';
import type { ItemTask } from '../../execution/items';
import { lookAt } from '../../execution/fetchStatus';
import { callOptions, fileNameWhenDownloading, waitOptions } from '../../parameters/options';
import { jobJson, toItem } from '../../output/itemJson';
import type { Parameters } from '../../parameters/parameterReader';
import { PARENT_EXECUTION, type NodeRun, type Prepare } from '../../execution/context';
import { readRoundItem } from '../../execution/waitWorkflow';
import { parkedResult, waitPlan, waitResult } from '../../execution/waiting';

export const fields: INodeProperties[] = [
	videoIdField('getStatus'),
	...waitFields('getStatus', false),
	{
		displayName: 'Branch by Status',
		name: 'branchByStatus',
		type: 'boolean',
		default: false,
		description: 'Whether to have three outputs instead of one: Completed, In Progress and Failed',
		displayOptions: shownFor('video', 'getStatus', { waitForCompletion: [false] }),
	},
	{
		displayName: 'Parent Execution',
		name: PARENT_EXECUTION,
		type: 'hidden',
		default: '',
		displayOptions: shownFor('video', 'getStatus', { waitMode: ['durable'] }),
	},
	optionsField(shownFor('video', 'getStatus'), [
		...callOptions,
		...waitOptions,
		fileNameWhenDownloading,
	]),
];

/** Looks at a job once, or waits for its end. */
export const prepare: Prepare = async (run, parameters) => {
	if (run.parentExecutionId) return round(run, parameters);
	const { itemIndex } = parameters;
	const uuid = parameters.videoId();
	const plan = waitPlan(run, parameters, false);
	const branch = run.branchesByStatus;

	return async () => {
		if (!plan) return toItem(itemIndex, jobJson(await lookAt(run, itemIndex, uuid)), { branch });
		run.follow(itemIndex, uuid);
		const patience = run.patience(itemIndex);
		if (plan.durable) {
			const unseen = park(unseenJob(uuid), false, plan, run.clock.now());
			const parked = await lookAtParked(run.client, unseen, patience);
			return await parkedResult(run, parameters, parked, plan);
		}
		const end = await waitForEnd(run.client, unseenJob(uuid), false, plan, patience);
		return await waitResult(run, parameters, end, plan);
	};
};

/** One look at a job that is waited for durably; an item that is final goes through as it is. */
function round(run: NodeRun, parameters: Parameters): ItemTask {
	const { itemIndex } = parameters;
	const input = run.functions.getInputData()[itemIndex];
	const state = readRoundItem(input ?? { json: {} });
	if ('ended' in state) {
		const item = { ...state.ended, pairedItem: { item: itemIndex } };
		return async () => ({ item, output: 0 });
	}
	const { plan, ...before } = state.parked;
	// before any look, as an error of another item names this job too
	run.follow(itemIndex, before.job.uuid);
	return async () => {
		const parked = await lookAtParked(run.client, before, run.patience(itemIndex));
		return await parkedResult(run, parameters, parked, plan);
	};
}
