import type { INodeProperties } from 'n8n-workflow';

type Show = NonNullable<INodeProperties['displayOptions']>['show'];

/** Shows a field for one operation, under further conditions if any. */
export function shownFor(
	resource: string,
	operation: string,
	further: Show = {},
): INodeProperties['displayOptions'] {
	return { show: { resource: [resource], operation: [operation], ...further } };
}

export function videoIdField(operation: string): INodeProperties {
	return {
		displayName: 'Video ID',
		name: 'videoId',
		type: 'string',
		required: true,
		default: '={{ $json.uuid }}',
		placeholder: 'e.g. 8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f',
		description: "The uuid that 'Generate' returned",
		displayOptions: shownFor('video', operation),
	};
}

export function inputFileField(displayOptions: INodeProperties['displayOptions']): INodeProperties {
	return {
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the input field that holds the image file',
		description: 'JPEG, PNG or WebP, at most 50 MB',
		displayOptions,
	};
}

export function outputFileField(
	displayOptions: INodeProperties['displayOptions'],
): INodeProperties {
	return {
		displayName: 'Output Data Field Name',
		name: 'outputBinaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the output field to put the video file in',
		displayOptions,
	};
}

const waitForCompletion: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	description: 'Whether to wait until the video is ready, so that the next node receives its URL',
};

/** The fields about waiting, which Generate and Get Status share but for the default. */
export function waitFields(operation: string, waitByDefault: boolean): INodeProperties[] {
	const whenWaiting = { waitForCompletion: [true] };
	return [
		{
			...waitForCompletion,
			default: waitByDefault,
			displayOptions: shownFor('video', operation),
		},
		{
			displayName: 'Wait Mode',
			name: 'waitMode',
			type: 'options',
			options: [
				{
					name: 'Durable',
					value: 'durable',
					description:
						"The execution is parked in n8n's database meanwhile: no worker is held, and a restart loses nothing. The video is seen up to a minute late.",
				},
				{
					name: 'In Process',
					value: 'inProcess',
					description: 'The node itself looks at the video until it is ready, which is fastest',
				},
			],
			default: 'inProcess',
			displayOptions: shownFor('video', operation, whenWaiting),
		},
		{
			displayName: 'Download Video',
			name: 'downloadVideo',
			type: 'boolean',
			default: false,
			description: 'Whether to also hand on the video as a file',
			displayOptions: shownFor('video', operation, whenWaiting),
		},
		outputFileField(shownFor('video', operation, { ...whenWaiting, downloadVideo: [true] })),
	];
}

/** The members of an 'Options' collection, sorted by name as n8n's guidelines ask. */
export function optionsField(
	displayOptions: INodeProperties['displayOptions'],
	members: INodeProperties[],
): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...members].sort((a, b) => a.displayName.localeCompare(b.displayName)),
		displayOptions,
	};
}
