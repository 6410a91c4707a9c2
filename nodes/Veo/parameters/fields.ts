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

const waitForCompletion: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	description: 'Whether to wait until the video is ready before passing it to the next node',
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
					description:
						'Suspends the execution while the video is generated. Frees the worker and survives restarts, but can detect completion up to a minute late.',
				},
				{
					name: 'In Process',
					value: 'inProcess',
					description: 'Keeps the execution running and polls until the video is ready. Fastest.',
				},
			],
			default: 'inProcess',
			displayOptions: whenWaiting,
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
