import type { INodeProperties } from 'n8n-workflow';

/** The members of 'Options'; each operation selects those that apply to it. */

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
		description:
			'Maximum number of items to process in parallel. The value of the first item applies to all.',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 5,
		description:
			'Maximum number of consecutive retries for a request that is safe to retry. The value of the first item applies to all.',
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
				description: "Return the item with the status 'timedOut'",
			},
			{
				name: 'Throw Error',
				value: 'error',
				description: "Stop the node and report the video's ID",
			},
		],
		default: 'error',
		description: "What to do if the video isn't ready in time. Generation continues either way.",
		displayOptions: whenWaiting,
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description:
			'Minimum time between status checks of the same video. The API provider recommends at least 5 seconds.',
		displayOptions: whenWaiting,
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 900,
		description: 'Maximum time to wait for a video',
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
		description:
			'Name of the downloaded file. Defaults to the video ID. A missing extension is added.',
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
			"JSON object to merge into the request body, for API fields this node doesn't support yet",
	},
	{
		displayName: 'Callback URL Field',
		name: 'callbackField',
		type: 'string',
		default: '',
		placeholder: 'e.g. callbackUrl',
		description:
			"Request field for the URL to which the API sends a callback when the video is finished. The node fills it in, and continues on the callback instead of up to two minutes later. Supported by some API providers. n8n's URL must be public.",
		displayOptions: { show: { '/waitForCompletion': [true], '/waitMode': ['durable'] } },
	},
	{
		displayName: 'Max Videos per Execution',
		name: 'maxVideos',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10,
		description:
			'Maximum number of items in one execution, over all runs of this node. If there are more, nothing is sent for them. The value of the first item applies to all.',
	},
	{
		displayName: 'Reuse on Retry',
		name: 'reuseOnRetry',
		type: 'boolean',
		default: true,
		description:
			'Whether to reuse the video already submitted when n8n retries the same item (Retry On Fail, Retry Execution), instead of generating and paying for another one',
	},
	{
		displayName: 'Video Register',
		name: 'register',
		type: 'fixedCollection',
		default: { settings: { table: 'veo_videos', reuseHours: 0, maxPerDay: 0 } },
		description:
			'Record every video in an n8n data table of this project, so that no execution pays for a video that an earlier one paid for and lost. Requires n8n 2.3 or later. The settings of the first item apply to all.',
		options: [
			{
				displayName: 'Settings',
				name: 'settings',
				values: [
					{
						displayName: 'Table',
						name: 'table',
						type: 'string',
						default: 'veo_videos',
						placeholder: 'e.g. veo_videos',
						description: "Name of the data table. It is created if it doesn't exist.",
					},
					{
						displayName: 'Reuse Within (Hours)',
						name: 'reuseHours',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 0,
						description:
							'How long to return the same video for an identical request, from any execution, instead of paying for another one. 0 never does.',
					},
					{
						displayName: 'Max Videos per Day',
						name: 'maxPerDay',
						type: 'number',
						typeOptions: { minValue: 0, numberPrecision: 0 },
						default: 0,
						description:
							'Maximum number of videos in 24 hours, over all workflows that use this table. If the items exceed it, nothing is sent. 0 means no limit.',
					},
				],
			},
		],
	},
];
