import type { INodeProperties } from 'n8n-workflow';
import type { GenerateRequest } from '../../api/types';
import { follow, order, orderAndPark } from '../../jobs/submission';
import { callError } from '../../output/errors';
import { inputFileField, optionsField, shownFor, waitFields } from '../../parameters/fields';
import { imageInput, type ImageInput } from '../../parameters/imageInput';
import { lookAt } from '../../execution/fetchStatus';
import {
	callOptions,
	fileNameWhenDownloading,
	generateOptions,
	waitOptions,
} from '../../parameters/options';
import { jobJson, toItem } from '../../output/itemJson';
import type { Parameters } from '../../parameters/parameterReader';
import type { NodeRun, Prepare } from '../../execution/context';
import { parkedResult, waitPlan, waitResult } from '../../execution/waiting';

const ASPECT_RATIOS = ['auto', '16:9', '9:16'] as const;
const fromImage = { generationType: ['imageToVideo'] };

function imageUrlField(imageSource: string, value: string, description: string): INodeProperties {
	return {
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		required: true,
		default: value,
		placeholder: 'e.g. https://example.com/first-frame.jpg',
		description,
		displayOptions: shownFor('video', 'generate', { ...fromImage, imageSource: [imageSource] }),
	};
}

export const fields: INodeProperties[] = [
	{
		displayName: 'Generation Type',
		name: 'generationType',
		type: 'options',
		options: [
			{
				name: 'Text to Video',
				value: 'textToVideo',
				description: 'Make a video of what the prompt says',
			},
			{
				name: 'Image to Video',
				value: 'imageToVideo',
				description: 'Make a video that begins with an image',
			},
		],
		default: 'textToVideo',
		displayOptions: shownFor('video', 'generate'),
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A paper boat drifts down a rainy street, close to the water',
		description: 'What the video shows',
		displayOptions: shownFor('video', 'generate'),
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		options: [
			{
				name: 'Input File',
				value: 'binary',
				description: 'An image file of the input item; it is uploaded first',
			},
			{
				name: 'Uploaded Image',
				value: 'uploaded',
				description: "An image that 'Upload' has sent before",
			},
			{ name: 'URL', value: 'url', description: 'An image on the web' },
		],
		default: 'binary',
		description: 'Where the first frame of the video comes from',
		displayOptions: shownFor('video', 'generate', fromImage),
	},
	inputFileField(shownFor('video', 'generate', { ...fromImage, imageSource: ['binary'] })),
	imageUrlField('url', '', 'Public address of the image, which the API fetches itself'),
	// the defaults are what 'Upload' hands on, so that Upload -> Generate needs no edits
	imageUrlField(
		'uploaded',
		'={{ $json.imageUrl }}',
		"Address of the image, as 'Upload' returned it",
	),
	{
		displayName: 'Image Key',
		name: 'imageKey',
		type: 'string',
		default: '={{ $json.imageKey }}',
		placeholder: 'e.g. uploads/first-frame.jpg',
		description: "Storage key of the image, as 'Upload' returned it",
		displayOptions: shownFor('video', 'generate', { ...fromImage, imageSource: ['uploaded'] }),
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: [
			{ name: 'Auto', value: 'auto' },
			{ name: 'Landscape (16:9)', value: '16:9' },
			{ name: 'Portrait (9:16)', value: '9:16' },
		],
		default: 'auto',
		displayOptions: shownFor('video', 'generate'),
	},
	...waitFields('generate', true),
	optionsField(shownFor('video', 'generate'), [
		...callOptions,
		...waitOptions,
		...generateOptions,
		fileNameWhenDownloading,
	]),
];

/** Orders a video, once, and waits for it if wanted. */
export const prepare: Prepare = async (run, parameters) => {
	const { itemIndex } = parameters;
	const { request, image } = await readRequest(run, parameters);
	const plan = waitPlan(run, parameters, true);
	// an uploaded file has another URL at every try, so the file itself stands for it
	const page = run.ledger.page(itemIndex, { ...request, image: image?.fingerprint ?? null });
	const reuse = parameters.flag('options.reuseOnRetry', true);

	return async () => {
		const patience = run.patience(itemIndex);
		const wanted = { request, image, page, reuse };
		if (plan?.durable) {
			const ordered = await orderAndPark(run.client, wanted, plan, patience);
			if (!ordered.ok) throw callError(run.node, itemIndex, ordered.failure, ordered.step);
			run.follow(itemIndex, ordered.parked.job.uuid);
			return await parkedResult(run, parameters, ordered.parked, plan);
		}
		const ordered = await order(run.client, wanted, patience);
		if (!ordered.ok) throw callError(run.node, itemIndex, ordered.failure, ordered.step);
		const { job, earlier } = ordered;
		run.follow(itemIndex, job.uuid);
		if (!plan) {
			const latest = earlier ? await lookAt(run, itemIndex, job.uuid) : job;
			if (latest.status === 'failed') page.erase();
			return toItem(itemIndex, jobJson({ ...latest, extra: { ...job.extra, ...latest.extra } }));
		}
		const end = await follow(run.client, job, earlier, page, plan, patience);
		return await waitResult(run, parameters, end, plan);
	};
};

/** The request as far as it is known before an upload, and the file that is to be uploaded. */
async function readRequest(
	run: NodeRun,
	parameters: Parameters,
): Promise<{ request: GenerateRequest; image?: ImageInput }> {
	const type = parameters.oneOf('generationType', 'Generation Type', [
		'textToVideo',
		'imageToVideo',
	]);
	const common = {
		prompt: parameters.requiredText('prompt', 'Prompt'),
		aspectRatio: parameters.oneOf('aspectRatio', 'Aspect Ratio', ASPECT_RATIOS),
	};
	const additional = parameters.jsonObject('options.additionalFields', 'Additional Fields');
	if (type === 'textToVideo') {
		return { request: { generationType: 'text_to_video', ...common, ...additional } };
	}
	const source = parameters.oneOf('imageSource', 'Image Source', ['binary', 'url', 'uploaded']);
	const request = { generationType: 'image_to_video' as const, ...common };
	if (source === 'binary') {
		const image = await imageInput(run, parameters);
		return { request: { ...request, ...additional }, image };
	}
	if (source === 'url') {
		const imageUrl = parameters.url('imageUrl', 'Image URL', ['https:']);
		return { request: { ...request, imageUrl, ...additional } };
	}
	// the URL that an upload gave is the API's own affair, also on a gateway that speaks http
	const imageUrl = parameters.url('imageUrl', 'Image URL', ['https:', 'http:']);
	const imageKey = parameters.text('imageKey', 'Image Key').trim();
	return { request: { ...request, imageUrl, ...(imageKey && { imageKey }), ...additional } };
}
