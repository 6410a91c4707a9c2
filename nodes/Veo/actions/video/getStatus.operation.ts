import type { INodeProperties } from 'n8n-workflow';
import { unseenJob } from '../../api/parse';
import { waitForEnd } from '../../jobs/wait';
import { optionsField, shownFor, videoIdField, waitFields } from '../common/fields';
import { lookAt } from '../common/looking';
import { callOptions, fileNameWhenDownloading, waitOptions } from '../common/optionFields';
import { jobJson, toItem } from '../common/output';
import type { Prepare } from '../common/run';
import { waitPlan, waitResult } from '../common/waiting';

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
	optionsField(shownFor('video', 'getStatus'), [
		...callOptions,
		...waitOptions,
		fileNameWhenDownloading,
	]),
];

/** Looks at a job once, or waits for its end. */
export const prepare: Prepare = async (run, parameters) => {
	const { itemIndex } = parameters;
	const uuid = parameters.videoId();
	const plan = waitPlan(run, parameters, false);
	const branch = run.branchesByStatus;

	return async () => {
		if (!plan) return toItem(itemIndex, jobJson(await lookAt(run, itemIndex, uuid)), { branch });
		run.follow(itemIndex, uuid);
		const patience = run.patience(itemIndex);
		const end = await waitForEnd(run.client, unseenJob(uuid), false, plan, patience);
		return await waitResult(run, parameters, end, plan);
	};
};
