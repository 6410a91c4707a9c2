import type { INodeProperties } from 'n8n-workflow';
import { mayRepeat, sendPatiently } from '../../retry/retry';
import { callError } from '../../output/errors';
import { inputFileField, optionsField, shownFor } from '../../parameters/fields';
import { imageInput } from '../../parameters/imageInput';
import { callOptions } from '../../parameters/options';
import { toItem, withoutErrorKey } from '../../output/itemJson';
import type { Prepare } from '../../execution/context';

const shown = shownFor('image', 'upload');

export const fields: INodeProperties[] = [inputFileField(shown), optionsField(shown, callOptions)];

/** Uploads the item's image, for use as the first frame of videos to come. */
export const prepare: Prepare = async (run, parameters) => {
	const { itemIndex } = parameters;
	const image = await imageInput(run, parameters);

	return async () => {
		const patience = run.patience(itemIndex);
		const answer = await sendPatiently(() => run.client.upload(image), mayRepeat, patience);
		if (!answer.ok) throw callError(run.node, itemIndex, answer.failure, 'upload');
		const { imageUrl, imageKey, extra } = answer.data;
		const { fileName, mimeType, size: fileSize } = image;
		return toItem(itemIndex, {
			imageUrl,
			imageKey,
			fileName,
			mimeType,
			fileSize,
			...withoutErrorKey(extra),
		});
	};
};
