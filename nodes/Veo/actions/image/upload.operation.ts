import type { INodeProperties } from 'n8n-workflow';
import { mayRepeat, sendPatiently } from '../../api/retry';
import { callError } from '../common/errors';
import { inputFileField, optionsField, shownFor } from '../common/fields';
import { imageInput } from '../common/imageInput';
import { callOptions } from '../common/optionFields';
import { toItem, withoutErrorKey } from '../common/output';
import type { Prepare } from '../common/run';

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
