import type { INodeProperties } from 'n8n-workflow';
import { unfinishedJobError } from '../../output/errors';
import { optionsField, outputFileField, shownFor, videoIdField } from '../../parameters/fields';
import { lookAt } from '../../execution/fetchStatus';
import { callOptions, fileNameOption } from '../../parameters/options';
import { jobJson, toItem } from '../../output/itemJson';
import type { Prepare } from '../../execution/context';
import { downloadVideo, videoTarget } from '../../transport/download';

const shown = shownFor('video', 'download');

export const fields: INodeProperties[] = [
	videoIdField('download'),
	outputFileField(shown),
	optionsField(shown, [...callOptions, fileNameOption]),
];

/** Fetches the file of a video that is ready; its URL is read afresh, since URLs may expire. */
export const prepare: Prepare = async (run, parameters) => {
	const { itemIndex } = parameters;
	const uuid = parameters.videoId();
	const target = videoTarget(parameters);

	return async () => {
		const job = await lookAt(run, itemIndex, uuid);
		if (job.status !== 'completed') throw unfinishedJobError(run.node, itemIndex, job);
		if (run.jsonOnly) return toItem(itemIndex, jobJson(job));
		const binary = await downloadVideo(run, itemIndex, job, target);
		return toItem(itemIndex, jobJson(job), { binary });
	};
};
