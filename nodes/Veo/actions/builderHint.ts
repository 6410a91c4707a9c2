import type { IBuilderHint, IParameterBuilderHint } from 'n8n-workflow';

/** A pattern in the syntax of n8n's workflow SDK, shown with the operation that it uses. */
function patterns(operation: string, content: string) {
	const displayOptions = { show: { resource: ['video'], operation: [operation] } };
	return { displayOptions, content: `<patterns>\n${content}\n</patterns>` };
}

/**
 * What n8n's AI builder and MCP server read about the node, in search results and in its type
 * definition (2.41.1, NodeCatalogService). test/package/aiBuilder.test.ts checks it.
 */
export const builderHint: IBuilderHint = {
	searchHint:
		"One node is enough: Generate submits, waits for minutes and returns videoUrl. Don't add a Wait node, a polling loop or Loop Over Items: all items are processed in parallel, and each returns one item. Each submission costs credits. Retry On Fail and retried executions reuse submitted videos. A new execution pays again, unless options.register has reuseHours. As a tool of an AI Agent, use Generate with fromAi() for the prompt.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-veo.veoTrigger',
			relationHint: 'Starts another workflow when a video is finished',
		},
		{
			nodeType: 'n8n-nodes-base.wait',
			relationHint: 'Only in a status loop, before Get Status with branchByStatus',
		},
		{
			nodeType: 'n8n-nodes-base.errorTrigger',
			relationHint:
				'Error workflow: execution.error.failure has cause (rate-limited, temporarily-unavailable, quota-exhausted, credential-invalid, configuration-invalid) and retryAfterMs',
		},
	],
	extraTypeDefContent: [
		patterns(
			'generate',
			`<pattern title="Batch; failed videos go to a second branch">
const generateVideos = node({
  type: 'n8n-nodes-veo.veo',
  version: 1,
  config: {
    name: 'Generate Videos',
    parameters: { resource: 'video', operation: 'generate', prompt: expr('{{ $json.prompt }}') },
    credentials: { veoApi: newCredential('Veo API') },
    onError: 'continueErrorOutput'
  }
}); export default workflow('id', 'name').add(startTrigger).to(generateVideos.onError(reportFailure).to(useVideo));
</pattern>
<pattern title="Image file to video file">
parameters: { resource: 'video', operation: 'generate', generationType: 'imageToVideo', imageSource: 'binary', binaryPropertyName: 'data', prompt: 'Zoom in', downloadVideo: true }
</pattern>
<pattern title="Scheduled batch that survives a restart">
parameters: { resource: 'video', operation: 'generate', prompt: expr('{{ $json.prompt }}'), waitMode: 'durable', options: { timeout: 3600, onTimeout: 'continue' } }
</pattern>
<pattern title="Reuse identical videos for a day, with limits">
parameters: { resource: 'video', operation: 'generate', prompt: expr('{{ $json.prompt }}'), options: { maxVideos: 50, register: { settings: { reuseHours: 24, maxPerDay: 100 } } } }
</pattern>`,
		),
		patterns(
			'getStatus',
			`<pattern title="Status loop">
const checkStatus = node({
  type: 'n8n-nodes-veo.veo',
  version: 1,
  config: { name: 'Check Status', parameters: { resource: 'video', operation: 'getStatus', videoId: expr('{{ $json.uuid }}'), branchByStatus: true } }
}); export default workflow('id', 'name')
  .add(startTrigger).to(submitVideo).to(wait).to(checkStatus)
  .add(checkStatus.output(0).to(useVideo))
  .add(checkStatus.output(1).to(wait))
  .add(checkStatus.output(2).to(reportFailure));
</pattern>`,
		),
	],
};

/** For an operation, in search results. */
export const operationHints = {
	generate: {
		propertyHint:
			'Output: videoUrl (null until completed), uuid, status, progress, estimatedTime, prompt. A failed or late video is an error. For batches, set onError to continueErrorOutput: failed items have error and details, such as details.uuid and details.failure.cause.',
	},
	getStatus: {
		propertyHint:
			'Free. Output as for Generate. branchByStatus requires waitForCompletion false. Its outputs: 0 Completed, 1 In Progress, 2 Failed.',
	},
	download: {
		propertyHint: 'For videos submitted earlier. Generate itself has downloadVideo.',
	},
	upload: {
		propertyHint:
			'Only to use one image in several videos. Otherwise, use Generate with imageSource binary, which uploads the file. Output: imageUrl, imageKey, the defaults of imageSource uploaded.',
	},
} satisfies Record<string, IParameterBuilderHint>;
