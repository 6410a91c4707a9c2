import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { PARENT_EXECUTION } from './execution/context';
import { ROUND_OUTPUTS } from './execution/waitWorkflow';
import { operationFields } from './actions/operations';
import { router } from './actions/router';

export class Veo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Veo 3.1',
		name: 'veo',
		icon: { light: 'file:../../icons/veo.svg', dark: 'file:../../icons/veo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Make videos from text or images with Veo 3.1, and wait for them',
		defaults: { name: 'Veo 3.1' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		// plain JavaScript in an expression, so that the canvas shows the branches as they are chosen
		outputs: `={{
			$parameter.resource === 'video' && $parameter.operation === 'getStatus' &&
			!$parameter.waitForCompletion && $parameter.branchByStatus
				? [
						{ type: '${NodeConnectionTypes.Main}', displayName: 'Completed' },
						{ type: '${NodeConnectionTypes.Main}', displayName: 'In Progress' },
						{ type: '${NodeConnectionTypes.Main}', displayName: 'Failed' },
					]
				: $parameter.operation === 'getStatus' && $parameter.${PARENT_EXECUTION}
					? [
							{ type: '${NodeConnectionTypes.Main}', displayName: '${ROUND_OUTPUTS[0]}' },
							{ type: '${NodeConnectionTypes.Main}', displayName: '${ROUND_OUTPUTS[1]}' },
						]
					: ['${NodeConnectionTypes.Main}']
		}}`,
		credentials: [{ name: 'veoApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Image', value: 'image' },
					{ name: 'Video', value: 'video' },
				],
				default: 'video',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['video'] } },
				options: [
					{
						name: 'Download',
						value: 'download',
						description: 'Fetch the file of a video that is ready',
						action: 'Download video',
					},
					{
						name: 'Generate',
						value: 'generate',
						description: 'Make a video from a prompt or an image',
						action: 'Generate video',
					},
					{
						name: 'Get Status',
						value: 'getStatus',
						description: 'See how far a video is, or wait for it',
						action: 'Get status of video',
					},
				],
				default: 'generate',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['image'] } },
				options: [
					{
						name: 'Upload',
						value: 'upload',
						description: 'Upload an image to be the first frame of videos',
						action: 'Upload image',
					},
				],
				default: 'upload',
			},
			...operationFields,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
