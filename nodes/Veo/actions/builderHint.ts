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
		"Generates videos from a prompt or a first-frame image. One node is enough: Generate submits, waits for minutes and returns videoUrl. Don't add a Wait node, a polling loop or Loop Over Items. All input items are processed in parallel, and each returns one item, in input order. Each submission costs credits. Retry On Fail and retried executions reuse submitted videos, but a new execution pays again. As a tool of an AI Agent, use Generate with fromAi() for the prompt and waitMode inProcess.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-veo.veoTrigger',
			relationHint:
				'Starts another workflow when a video is finished, after Generate with waitForCompletion false',
		},
		{
			nodeType: 'n8n-nodes-base.wait',
			relationHint:
				'Only in a status loop: Generate with waitForCompletion false, Wait, Get Status with branchByStatus',
		},
		{
			nodeType: 'n8n-nodes-base.errorTrigger',
			relationHint:
				'Error workflow: execution.error.failure has cause (rate-limited, quota-exhausted, temporarily-unavailable, credential-invalid, configuration-invalid) and retryAfterMs',
		},
	],
	extraTypeDefContent: [
		patterns(
			'generate',
			`<pattern title="Batch of prompts; failed videos go to a second branch">
const generateVideos = node({
  type: 'n8n-nodes-veo.veo',
  version: 1,
  config: {
    name: 'Generate Videos',
    parameters: { resource: 'video', operation: 'generate', prompt: expr('{{ $json.prompt }}'), aspectRatio: '9:16', options: { maxConcurrency: 10 } },
    credentials: { veoApi: newCredential('Veo API') },
    onError: 'continueErrorOutput'
  },
  output: [{ videoUrl: 'https://example.com/video.mp4', uuid: '8f14e45f', status: 'completed' }]
});
export default workflow('id', 'name').add(startTrigger).to(generateVideos.onError(reportFailure).to(useVideo));
</pattern>
<pattern title="Image file in the field data to a video file">
parameters: { resource: 'video', operation: 'generate', generationType: 'imageToVideo', imageSource: 'binary', binaryPropertyName: 'data', prompt: 'The camera moves slowly closer', downloadVideo: true, outputBinaryPropertyName: 'data' }
</pattern>
<pattern title="Scheduled or long batch that survives a restart">
parameters: { resource: 'video', operation: 'generate', prompt: expr('{{ $json.prompt }}'), waitMode: 'durable', options: { timeout: 3600, onTimeout: 'continue' } }
</pattern>`,
		),
		patterns(
			'getStatus',
			`<pattern title="Status loop">
const checkStatus = node({
  type: 'n8n-nodes-veo.veo',
  version: 1,
  config: {
    name: 'Check Status',
    parameters: { resource: 'video', operation: 'getStatus', videoId: expr('{{ $json.uuid }}'), branchByStatus: true },
    credentials: { veoApi: newCredential('Veo API') }
  },
  output: [{ videoUrl: null, uuid: '8f14e45f', status: 'processing' }]
});
export default workflow('id', 'name')
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
			'Output: videoUrl (null until completed), uuid, status, progress, estimatedTime, prompt, polls, waitedSeconds. A video that fails or times out is an error that names its uuid. For batches, set onError to continueErrorOutput: failed items have error and details, such as details.failure.cause.',
	},
	getStatus: {
		propertyHint:
			'Free. Output as for Generate. branchByStatus requires waitForCompletion false. Its outputs: 0 Completed, 1 In Progress, 2 Failed.',
	},
	download: {
		propertyHint:
			'Only for videos that were submitted earlier. Otherwise, use downloadVideo in Generate.',
	},
	upload: {
		propertyHint:
			'Only if several videos use the same image. Otherwise, use Generate with imageSource binary, which uploads the file. Output: imageUrl, imageKey, which Generate with imageSource uploaded takes by default.',
	},
} satisfies Record<string, IParameterBuilderHint>;
