import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** The default of this node's 'Max Concurrency'. */
export const CONCURRENCY = 10;

/** The minimum that a node of n8n needs to check the status of a video for each item. */
export class MinimalNode implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Minimal',
		name: 'minimal',
		group: ['transform'],
		version: 1,
		description: 'Checks the status of videos',
		defaults: { name: 'Minimal' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'veoApi', required: true }],
		properties: [{ displayName: 'Video ID', name: 'videoId', type: 'string', default: '' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { baseUrl } = await this.getCredentials('veoApi');
		const ids = this.getInputData().map((_, item) => this.getNodeParameter('videoId', item));
		const queue = ids.entries();
		const items: INodeExecutionData[] = [];
		const worker = async () => {
			for (const [item, id] of queue) {
				const url = `${String(baseUrl)}/video-status/${String(id)}`;
				const request = { url, json: true };
				items[item] = {
					json: await this.helpers.httpRequestWithAuthentication.call(this, 'veoApi', request),
					pairedItem: { item },
				};
			}
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, worker));
		return [items];
	}
}
