import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's AI builder and MCP server read about the trigger. */
export const builderHint: IBuilderHint = {
	searchHint:
		'Starts when the provider of the Veo API reports a finished video to the production URL of this node. To submit, use Generate with waitForCompletion false and the URL in the field of the provider, e.g. options.additionalFields: { "callbackUrl": "https://…" }. Output: videoUrl, uuid, status (completed or failed). To wait in the same workflow, use Generate alone.',
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-veo.veo',
			relationHint: 'Submits the videos',
		},
	],
};
