import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { builderHint, operationHints } from './actions/builderHint';
import { operationFields } from './actions/operations';
import { router } from './actions/router';
import { veoApiTest } from './execution/credentialTest';
import { PARENT_EXECUTION, WAIT_OUTPUTS } from './execution/waitWorkflowCode';
import { isTrueExpression } from './parameters/boolean';

export class Veo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Veo 3.1',
		name: 'veo',
		icon: { light: 'file:../../icons/veo.svg', dark: 'file:../../icons/veo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Generate AI videos from text or images with Veo 3.1',
		defaults: { name: 'Veo 3.1' },
		waitingNodeTooltip:
			"={{ 'The videos are being generated. n8n resumes this execution when all of them are ready' + ($parameter.options?.callbackField ? ' (on callbacks of the API)' : '') + ', even if you close the editor.' }}",
		usableAsTool: true,
		builderHint,
		inputs: [NodeConnectionTypes.Main],
		// an expression, so that the canvas shows the outputs of the selected operation (actions/operation.ts)
		outputs: `={{
			$parameter.resource === 'video' && $parameter.operation === 'getStatus' &&
			!${isTrueExpression('waitForCompletion')} && ${isTrueExpression('branchByStatus')}
				? [
						{ type: '${NodeConnectionTypes.Main}', displayName: 'Completed' },
						{ type: '${NodeConnectionTypes.Main}', displayName: 'In Progress' },
						{ type: '${NodeConnectionTypes.Main}', displayName: 'Failed' },
					]
				: $parameter.operation === 'getStatus' && $parameter.${PARENT_EXECUTION}
					? [
							{ type: '${NodeConnectionTypes.Main}', displayName: '${WAIT_OUTPUTS[0]}' },
							{ type: '${NodeConnectionTypes.Main}', displayName: '${WAIT_OUTPUTS[1]}' },
						]
					: ['${NodeConnectionTypes.Main}']
		}}`,
		credentials: [{ name: 'veoApi', required: true, testedBy: 'veoApiTest' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					// in the order of use, which is that of the actions in the nodes panel
					{ name: 'Video', value: 'video' },
					{ name: 'Image', value: 'image' },
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
						name: 'Generate',
						value: 'generate',
						description: 'Generate a video from a prompt or an image. Costs credits.',
						action: 'Generate video from text or image',
						builderHint: operationHints.generate,
					},
					{
						name: 'Get Status',
						value: 'getStatus',
						description: 'Retrieve the status of a video, or wait until it is ready',
						action: 'Get status of video',
						builderHint: operationHints.getStatus,
					},
					{
						name: 'Download',
						value: 'download',
						description: 'Download the file of a completed video',
						action: 'Download video',
						builderHint: operationHints.download,
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
						description: 'Upload an image to use as the first frame of a video',
						action: 'Upload image',
						builderHint: operationHints.upload,
					},
				],
				default: 'upload',
			},
			...operationFields,
		],
	};

	methods = { credentialTest: { veoApiTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
