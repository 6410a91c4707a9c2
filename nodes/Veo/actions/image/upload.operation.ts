import { updateDisplayOptions } from 'n8n-workflow';
import { isTransient } from '../../api/errors';
import { callError } from '../../output/errors';
import { toItem, withoutReservedKeys } from '../../output/itemJson';
import { inputFileField, optionsField, toolDescriptionField } from '../../parameters/fields';
import { readImageInput } from '../../parameters/imageInput';
import { callOptions } from '../../parameters/options';
import { sendWithRetry } from '../../retry/retry';
import type { Prepare } from '../operation';

export const description = updateDisplayOptions(
	{ show: { resource: ['image'], operation: ['upload'] } },
	[
		toolDescriptionField(
			'Uploads an image file for use as the first frame of Veo 3.1 videos, free of charge. Returns imageUrl and imageKey.',
		),
		inputFileField,
		optionsField(callOptions),
	],
);

/** Uploads the item's image, to use as the first frame of a video. */
export const prepare: Prepare = async (context, parameters) => {
	const { itemIndex } = parameters;
	const signal = context.cancellation.signal(itemIndex);
	const image = await readImageInput(context.functions, parameters, signal);

	return async () => {
		const result = await sendWithRetry(
			() => context.client.upload(image),
			isTransient,
			context.callContext(itemIndex),
		);
		if (!result.ok) throw callError(context, itemIndex, result.error, 'upload');
		const { imageUrl, imageKey, rawFields } = result.value;
		const { fileName, mimeType, size: fileSize } = image;
		const json = {
			imageUrl,
			imageKey,
			fileName,
			mimeType,
			fileSize,
			...withoutReservedKeys(rawFields),
		};
		return { item: toItem(itemIndex, json), output: 0 };
	};
};
