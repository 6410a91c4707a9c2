import { updateDisplayOptions, type INodeProperties, type NodeApiError } from 'n8n-workflow';
import type { FilePart } from '../../api/multipart';
import type { GenerateRequest } from '../../api/types';
import { callbackUrl } from '../../execution/callback';
import type { ExecutionContext } from '../../execution/context';
import type { ItemTask } from '../../execution/items';
import { checkVideoLimit } from '../../execution/videoLimit';
import { durableWaitResult, readWaitPlan, waitResult } from '../../execution/waiting';
import {
	pollSubmitted,
	submitAndStartWait,
	submitOnce,
	type SubmissionOrigin,
	type SubmitFailure,
} from '../../jobs/submission';
import { callError, notResentError } from '../../output/errors';
import { jobJson, requestFields, toItem } from '../../output/itemJson';
import type { Action } from '../../output/messages';
import {
	inputFileField,
	optionsField,
	toolDescriptionField,
	waitFields,
} from '../../parameters/fields';
import { readImageInput } from '../../parameters/imageInput';
import {
	callOptions,
	fileNameWhenDownloading,
	generateOptions,
	waitOptions,
} from '../../parameters/options';
import type { ParameterReader } from '../../parameters/parameterReader';
import {
	beginRegister,
	finishRegister,
	planRegistered,
	withRegister,
} from '../../register/session';
import type { Operation, Prepare } from '../operation';
import { identityOf } from './itemIdentity';

const ASPECT_RATIOS = ['auto', '16:9', '9:16'] as const;

function whenImageSource(...imageSource: string[]): INodeProperties['displayOptions'] {
	return { show: { generationType: ['imageToVideo'], imageSource } };
}

function imageUrlField(imageSource: string, value: string, text: string): INodeProperties {
	return {
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		required: true,
		default: value,
		placeholder: 'e.g. https://example.com/first-frame.jpg',
		description: text,
		displayOptions: whenImageSource(imageSource),
	};
}

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['generate'] } },
	[
		toolDescriptionField(
			'Generates one short video with Veo 3.1 from a text prompt, or from a prompt and an image as the first frame. Takes one to several minutes. Each call costs credits, even if the result is not used, so call it once for each video. Returns uuid (the ID of the video), status and videoUrl (a link to the video file, which can expire). If videoUrl is null, the video is not ready yet.',
		),
		{
			displayName: 'Generation Type',
			name: 'generationType',
			type: 'options',
			options: [
				{
					name: 'Text to Video',
					value: 'textToVideo',
					description: 'Generate a video from the prompt alone',
				},
				{
					name: 'Image to Video',
					value: 'imageToVideo',
					description: 'Use an image as the first frame',
				},
			],
			default: 'textToVideo',
			description:
				"Source of the video. As an expression: 'textToVideo', or 'imageToVideo' to use an image as the first frame.",
		},
		{
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 4 },
			required: true,
			default: '',
			placeholder: 'e.g. A paper boat drifts down a rainy street, close to the water',
			description:
				'Text description of the video: subject, action, setting, camera, style and sound. For image to video, describe how the image moves.',
		},
		{
			displayName: 'Image Source',
			name: 'imageSource',
			type: 'options',
			options: [
				{
					name: 'Input File',
					value: 'binary',
					description: 'An image file from the input item (uploaded automatically)',
				},
				{
					name: 'Uploaded Image',
					value: 'uploaded',
					description: "An image uploaded earlier with the 'Upload' operation",
				},
				{ name: 'URL', value: 'url', description: 'A publicly accessible image URL' },
			],
			default: 'binary',
			description: 'Source of the first frame',
			displayOptions: { show: { generationType: ['imageToVideo'] } },
		},
		{ ...inputFileField, displayOptions: whenImageSource('binary') },
		imageUrlField('url', '', 'Public URL of the image. The API downloads it directly.'),
		// the defaults are the output of 'Upload', so that Upload -> Generate needs no mapping
		imageUrlField('uploaded', '={{ $json.imageUrl }}', "URL of the image, as returned by 'Upload'"),
		{
			displayName: 'Image Key',
			name: 'imageKey',
			type: 'string',
			default: '={{ $json.imageKey }}',
			placeholder: 'e.g. uploads/first-frame.jpg',
			description: "Storage key of the image, as returned by 'Upload'",
			displayOptions: whenImageSource('uploaded'),
		},
		{
			displayName: 'Aspect Ratio',
			name: 'aspectRatio',
			type: 'options',
			options: [
				{ name: 'Auto', value: 'auto', description: 'The Veo API decides' },
				{ name: 'Landscape (16:9)', value: '16:9' },
				{ name: 'Portrait (9:16)', value: '9:16' },
			],
			default: 'auto',
			description: "Format of the video. As an expression: 'auto', '16:9' or '9:16'.",
		},
		{
			displayName:
				'Each video costs credits. If you stop the execution, videos that were already submitted are neither canceled nor refunded.',
			name: 'creditsNotice',
			type: 'notice',
			default: '',
		},
		...waitFields(true),
		optionsField([...callOptions, ...waitOptions, ...generateOptions, fileNameWhenDownloading]),
	],
);

/** The status check of a job, by the attempt that submitted it. */
const POLL_ACTIONS: Readonly<Record<SubmissionOrigin, Action>> = {
	new: 'getStatus',
	reused: 'pollReused',
	otherAccount: 'pollOtherAccount',
	registered: 'pollRegistered',
};

/** Submits a video, once, and waits for it unless the user disabled that. */
export const prepare: Prepare = async (context, parameters) => {
	const { itemIndex } = parameters;
	const { request, image } = await readRequest(context, parameters);
	await context.checkAccount(itemIndex);
	const plan = await readWaitPlan(context, parameters, true);
	const record = context.submissions.record(itemIndex, identityOf(context, itemIndex));
	const reuse = parameters.boolean('options.reuseOnRetry', 'Reuse on Retry', true);
	const callbackField = plan?.durable
		? parameters.requestField('options.callbackField', 'Callback URL Field')
		: '';
	const register = await planRegistered(context, itemIndex, { request, image }, record, reuse);
	const submission = { request, image, record, reuse, register };
	const task: ItemTask = async () => {
		const { client } = context;
		const callContext = context.callContext(itemIndex);
		if (plan?.durable) {
			const url = callbackField ? await callbackUrl(context) : undefined;
			const withCallback = { ...submission, ...(url && { callback: { [callbackField]: url } }) };
			const submitted = await submitAndStartWait(client, withCallback, plan, callContext);
			if (!submitted.ok) throw submitError(context, itemIndex, submitted);
			const { wait, origin } = submitted;
			context.trackJob(itemIndex, wait.job.uuid, origin !== 'new');
			return await durableWaitResult(context, parameters, wait, plan, POLL_ACTIONS[origin]);
		}
		const submitted = await submitOnce(client, submission, callContext);
		if (!submitted.ok) throw submitError(context, itemIndex, submitted);
		const { job, origin } = submitted;
		const isNew = origin === 'new';
		context.trackJob(itemIndex, job.uuid, !isNew);
		if (!plan) {
			const latest = isNew
				? job
				: await context.fetchStatus(itemIndex, job.uuid, POLL_ACTIONS[origin]);
			if (latest.status === 'failed') record.delete();
			const json = jobJson({ ...latest, rawFields: { ...job.rawFields, ...latest.rawFields } });
			return { item: toItem(itemIndex, json), output: 0 };
		}
		const result = await pollSubmitted(client, job, isNew, record, plan, callContext);
		return await waitResult(context, parameters, result, plan, POLL_ACTIONS[origin]);
	};
	return register ? withRegister(context, register, task) : task;
};

export const beforeTasks: Operation['beforeTasks'] = async (context, parameters) => {
	checkVideoLimit(context, parameters);
	await beginRegister(context);
};

export const afterTasks = finishRegister satisfies Operation['afterTasks'];

function submitError(
	context: ExecutionContext,
	itemIndex: number,
	{ step, error, firstSentAtMs }: SubmitFailure,
): NodeApiError {
	return firstSentAtMs === undefined
		? callError(context, itemIndex, error, step)
		: notResentError(context, itemIndex, error, firstSentAtMs);
}

/** The request as far as it is known before an upload, and the file to upload. */
async function readRequest(
	context: ExecutionContext,
	parameters: ParameterReader,
): Promise<{ request: GenerateRequest; image?: FilePart }> {
	const type = parameters.oneOf('generationType', 'Generation Type', [
		'textToVideo',
		'imageToVideo',
	]);
	const common = {
		prompt: parameters.requiredText('prompt', 'Prompt'),
		aspectRatio: parameters.oneOf('aspectRatio', 'Aspect Ratio', ASPECT_RATIOS),
	};
	const generationType = type === 'textToVideo' ? 'text_to_video' : 'image_to_video';
	context.describeItem(parameters.itemIndex, requestFields({ generationType, ...common }));
	const additional = parameters.jsonObject('options.additionalFields', 'Additional Fields');
	if (type === 'textToVideo') {
		return { request: { generationType: 'text_to_video', ...common, ...additional } };
	}
	const source = parameters.oneOf('imageSource', 'Image Source', ['binary', 'url', 'uploaded']);
	const request = { generationType: 'image_to_video' as const, ...common };
	if (source === 'binary') {
		const signal = context.cancellation.signal(parameters.itemIndex);
		const image = await readImageInput(context.functions, parameters, signal);
		return { request: { ...request, ...additional }, image };
	}
	if (source === 'url') {
		const imageUrl = parameters.url('imageUrl', 'Image URL', ['https:']);
		return { request: { ...request, imageUrl, ...additional } };
	}
	if (parameters.text('imageUrl', 'Image URL').trim() === '') {
		throw parameters.invalid(
			"'Image URL' is empty",
			"Run the operation 'Upload' first, in a Veo node before this one, and map its 'imageUrl'. To use a file of the input item without that, set 'Image Source' to 'Input File'.",
		);
	}
	// the API returned this URL itself, which is http on a gateway that supports only http
	const imageUrl = parameters.url('imageUrl', 'Image URL', ['https:', 'http:']);
	const imageKey = parameters.text('imageKey', 'Image Key').trim();
	return { request: { ...request, imageUrl, ...(imageKey && { imageKey }), ...additional } };
}
