import { updateDisplayOptions } from 'n8n-workflow';
import { downloadVideo } from '../../execution/downloadVideo';
import { notReadyError } from '../../output/errors';
import { jobJson, toItem } from '../../output/itemJson';
import { readDownloadTarget } from '../../parameters/downloadTarget';
import {
	optionsField,
	outputFileField,
	toolDescriptionField,
	videoIdField,
} from '../../parameters/fields';
import { callOptions, fileNameOption } from '../../parameters/options';
import type { Prepare } from '../operation';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['download'] } },
	[
		toolDescriptionField(
			'Returns a new link (videoUrl) to a completed Veo 3.1 video by its uuid, free of charge. Fails if the video is not completed.',
		),
		videoIdField,
		outputFileField,
		optionsField([...callOptions, fileNameOption]),
	],
);

/** Downloads the file of a completed video. It gets a new URL first, since URLs can expire. */
export const prepare: Prepare = async (context, parameters) => {
	const { itemIndex } = parameters;
	const uuid = parameters.videoId();
	const target = readDownloadTarget(parameters);

	return async () => {
		const job = await context.fetchStatus(itemIndex, uuid);
		if (job.status !== 'completed') throw notReadyError(context, itemIndex, job);
		const binary = context.jsonOnly
			? undefined
			: await downloadVideo(context, itemIndex, job, target);
		return { item: toItem(itemIndex, jobJson(job), binary), output: 0 };
	};
};
