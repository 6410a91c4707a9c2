import type { INodeProperties } from 'n8n-workflow';

/** The options that node-interface.md names; each operation takes those that apply to it. */

const whenWaiting: INodeProperties['displayOptions'] = { show: { '/waitForCompletion': [true] } };
const whenDownloading: INodeProperties['displayOptions'] = {
	show: { '/waitForCompletion': [true], '/downloadVideo': [true] },
};

export const callOptions: INodeProperties[] = [
	{
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10,
		description: 'How many items this node works on at once. It is read from the first item.',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 5,
		description:
			'How many times in a row one call that is safe to repeat is tried again. It is read from the first item.',
	},
];

export const waitOptions: INodeProperties[] = [
	{
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		options: [
			{
				name: 'Continue',
				value: 'continue',
				description: "Hand on the item with the status 'timedOut'",
			},
			{
				name: 'Throw Error',
				value: 'error',
				description: 'End the node with an error that names the video',
			},
		],
		default: 'error',
		description: 'What to do when the video is not ready in time. It goes on being made.',
		displayOptions: whenWaiting,
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description: 'Shortest time between two looks at one video. The API asks for 5 or more.',
		displayOptions: whenWaiting,
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 900,
		description: 'How long to wait for a video',
		displayOptions: whenWaiting,
	},
];

function fileName(displayOptions?: INodeProperties['displayOptions']): INodeProperties {
	return {
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. sunrise.mp4',
		description: "Name of the downloaded video. If empty, it is the video's ID with .mp4.",
		...(displayOptions && { displayOptions }),
	};
}

export const fileNameOption = fileName();
export const fileNameWhenDownloading = fileName(whenDownloading);

export const generateOptions: INodeProperties[] = [
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'json',
		default: '{}',
		description:
			'JSON object that is merged into the request body, for fields that are newer than this node',
	},
	{
		displayName: 'Reuse on Retry',
		name: 'reuseOnRetry',
		type: 'boolean',
		default: true,
		description:
			'Whether to pick up the video that was already ordered when n8n runs the same item again (Retry On Fail, Retry Execution), rather than to order and pay for another',
	},
];
