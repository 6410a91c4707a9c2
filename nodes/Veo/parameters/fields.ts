import type { INodeProperties } from 'n8n-workflow';

/** Fields that several operations share. Each operation adds when it is shown (updateDisplayOptions). */

export const videoIdField: INodeProperties = {
	displayName: 'Video ID',
	name: 'videoId',
	type: 'string',
	required: true,
	default: '={{ $json.uuid }}',
	placeholder: 'e.g. 8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f',
	description: "The 'uuid' returned by the 'Generate' operation, or a URL that contains it",
};

export const inputFileField: INodeProperties = {
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the input field that contains the image file',
	description: 'JPEG, PNG or WebP, at most 50 MB',
};

export const outputFileField: INodeProperties = {
	displayName: 'Output Data Field Name',
	name: 'outputBinaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the output field for the video file',
};

/**
 * What an AI model reads about the operation as a tool. n8n would offer only the name of the action
 * (2.41.1, convertNodeToAiTool).
 */
export function toolDescriptionField(text: string): INodeProperties {
	return {
		displayName: 'Tool Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: text,
		description: 'What the AI model reads about this tool',
		displayOptions: { show: { '@tool': [true] } },
	};
}

const waitForCompletion: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	description: 'Whether to wait until the video is ready, in most cases one to several minutes',
};

/** The fields for waiting, which Generate and Get Status share except for the default. */
export function waitFields(waitByDefault: boolean): INodeProperties[] {
	const whenWaiting = { show: { waitForCompletion: [true] } };
	return [
		{ ...waitForCompletion, default: waitByDefault },
		{
			displayName: 'Wait Mode',
			name: 'waitMode',
			type: 'options',
			options: [
				{
					name: 'Durable',
					value: 'durable',
					description: 'Slower by up to two minutes. Survives restarts.',
				},
				{
					name: 'In Process',
					value: 'inProcess',
					description: 'Fastest. Keeps the execution running.',
				},
			],
			default: 'inProcess',
			builderHint: {
				propertyHint:
					'durable for schedules, large batches and queue mode: n8n 2.41 or later, options.timeout of at least 66',
			},
			displayOptions: whenWaiting,
		},
		{
			displayName:
				'The execution is suspended while the video is generated: it occupies no worker and survives a restart of n8n. In return, a finished video can be detected up to two minutes late. Requires n8n 2.41 or later. <a href="https://github.com/n8n-nodes-veo/n8n-nodes-veo/blob/main/docs/waiting.md" target="_blank">More about waiting</a>',
			name: 'durableNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { waitForCompletion: [true], waitMode: ['durable'] } },
		},
		{
			displayName: 'Download Video',
			name: 'downloadVideo',
			type: 'boolean',
			default: false,
			description: 'Whether to also return the video as a file',
			displayOptions: whenWaiting,
		},
		{
			...outputFileField,
			displayOptions: { show: { waitForCompletion: [true], downloadVideo: [true] } },
		},
	];
}

/** An 'Options' collection with its members in alphabetical order (n8n's UX guidelines). */
export function optionsField(members: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...members].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}
