/** A task for n8n's AI builder, and what its model must have been told to solve it. */
export interface BuilderTask {
	/** What the user asks for. */
	request: string;
	/** The queries with which the model searches for nodes; it can send several at once. */
	queries: string[];
	/** A correct solution, in the syntax of n8n's workflow SDK, after {@link PRELUDE}. */
	solution: string;
	/** What is not evident from the names and types of the parameters. */
	told: readonly RegExp[];
}

/** The nodes of other packages that the solutions connect. */
export const PRELUDE = `
const startTrigger = trigger({ type: 'n8n-nodes-base.manualTrigger', version: 1, config: { name: 'Start' } });
const useVideo = node({ type: 'n8n-nodes-base.noOp', version: 1, config: { name: 'Use Video' } });
const reportFailure = node({ type: 'n8n-nodes-base.noOp', version: 1, config: { name: 'Report Failure' } });
const wait = node({ type: 'n8n-nodes-base.wait', version: 1.1, config: { name: 'Wait', parameters: { amount: 10 } } });
const submitVideo = node({
  type: 'n8n-nodes-veo.veo', version: 1,
  config: { name: 'Submit Video', parameters: { resource: 'video', operation: 'generate', prompt: 'A kite', waitForCompletion: false } }
});
`;

const generate = (name: string, parameters: string, settings = '') => `
const ${name} = node({
  type: 'n8n-nodes-veo.veo', version: 1,
  config: {
    name: 'Generate Videos',
    parameters: { resource: 'video', operation: 'generate', ${parameters} },
    credentials: { veoApi: newCredential('Veo API') }, ${settings}
  }
});`;

export const TASKS: readonly BuilderTask[] = [
	{
		request: 'Generate a video from a prompt and post its link',
		queries: ['generate video from text'],
		solution: `${generate('video', "prompt: expr('{{ $json.idea }}'), aspectRatio: '9:16'")}
export default workflow('id', 'Link').add(startTrigger).to(video).to(useVideo);`,
		told: [
			/returns videoUrl/,
			/waits for minutes/,
			/Don't add a Wait node, a polling loop/,
			/costs credits/,
		],
	},
	{
		request: 'Animate the photo of a form upload and keep the video file',
		queries: ['image to video', 'generate video from image'],
		solution: `${generate(
			'video',
			"generationType: 'imageToVideo', imageSource: 'binary', binaryPropertyName: 'data', prompt: 'It moves', downloadVideo: true, outputBinaryPropertyName: 'data'",
		)}
export default workflow('id', 'Animate').add(startTrigger).to(video).to(useVideo);`,
		told: [
			/Image file to video file/,
			/imageSource binary, which uploads the file/,
			/JPEG, PNG or WebP, at most 50 MB/,
		],
	},
	{
		request: 'Generate a video for each row of a sheet, and go on if some fail',
		queries: ['video batch', 'loop'],
		solution: `${generate(
			'videos',
			"prompt: expr('{{ $json.prompt }}'), options: { maxConcurrency: 5 }",
			"onError: 'continueErrorOutput'",
		)}
export default workflow('id', 'Rows').add(startTrigger).to(videos.onError(reportFailure).to(useVideo));`,
		told: [
			/Loop Over Items/,
			/processed in parallel/,
			/set onError to continueErrorOutput: failed items have error and details/,
			/\.onError\(reportFailure\)\.to\(useVideo\)/,
		],
	},
	{
		request: 'Every night, generate new videos, at most 200, and survive a restart of n8n',
		queries: ['ai video generator', 'schedule'],
		solution: `${generate(
			'videos',
			"prompt: expr('{{ $json.prompt }}'), waitForCompletion: true, waitMode: 'durable', options: { timeout: 3600, onTimeout: 'continue', maxVideos: 200, register: { settings: { reuseHours: 72, maxPerDay: 200 } } }",
		)}
export default workflow('id', 'Nightly').add(startTrigger).to(videos).to(useVideo);`,
		told: [
			/durable for schedules, large batches and queue mode/,
			/n8n 2\.41 or later/,
			/options\.timeout of at least 66/,
			/survives a restart/,
			/Reuse identical videos for a day, with limits/,
			/unless options\.register has reuseHours/,
		],
	},
	{
		request: 'Submit videos now, and process each in another workflow when it is finished',
		queries: ['generate video', 'video finished webhook'],
		solution: `
const finished = trigger({
  type: 'n8n-nodes-veo.veoTrigger', version: 1,
  config: { name: 'Video Finished', parameters: { events: ['completed', 'failed'] }, credentials: { veoApi: newCredential('Veo API') } }
});
${generate(
	'submit',
	`prompt: 'A kite', waitForCompletion: false, options: { additionalFields: '{ "callbackUrl": "https://example.com/webhook/veo" }' }`,
)}
export default workflow('id', 'Two').add(startTrigger).to(submit).add(finished).to(useVideo);`,
		told: [
			/production URL of this node/,
			/Generate with waitForCompletion false/,
			/additionalFields: \{ "callbackUrl"/,
			/status \(completed or failed\)/,
		],
	},
	{
		request: 'Check the status of a video in a loop, with a branch for each result',
		queries: ['video status', 'wait'],
		solution: `
const checkStatus = node({
  type: 'n8n-nodes-veo.veo', version: 1,
  config: {
    name: 'Check Status',
    parameters: { resource: 'video', operation: 'getStatus', videoId: expr('{{ $json.uuid }}'), branchByStatus: true },
    credentials: { veoApi: newCredential('Veo API') }
  }
});
export default workflow('id', 'Loop')
  .add(startTrigger).to(submitVideo).to(wait).to(checkStatus)
  .add(checkStatus.output(0).to(useVideo))
  .add(checkStatus.output(1).to(wait))
  .add(checkStatus.output(2).to(reportFailure));`,
		told: [
			/branchByStatus requires waitForCompletion false/,
			/0 Completed, 1 In Progress, 2 Failed/,
			/n8n-nodes-base\.wait/,
			/checkStatus\.output\(1\)\.to\(wait\)/,
		],
	},
	{
		request: 'Give my AI agent a tool that generates videos',
		queries: ['ai agent', 'video generation tool'],
		solution: `
const model = languageModel({ type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', version: 1.3, config: { name: 'Model', parameters: {} } });
const videoTool = tool({
  type: 'n8n-nodes-veo.veoTool', version: 1,
  config: {
    name: 'Generate Video',
    parameters: { resource: 'video', operation: 'generate', prompt: fromAi('prompt', 'What the video shows') },
    credentials: { veoApi: newCredential('Veo API') }
  }
});
const agent = node({
  type: '@n8n/n8n-nodes-langchain.agent', version: 3.1,
  config: { name: 'Agent', parameters: { promptType: 'define', text: 'Make a video', options: { systemMessage: 'You make videos' } }, subnodes: { model, tools: [videoTool] } }
});
export default workflow('id', 'Agent').add(startTrigger).to(agent);`,
		told: [
			/As a tool of an AI Agent, use Generate with fromAi\(\) for the prompt/,
			/Each call costs credits/,
		],
	},
	{
		request: 'If the API is overloaded, wait and try again without paying twice',
		queries: ['generate video', 'error trigger'],
		solution: `${generate('video', "prompt: 'A kite', options: { maxRetries: 5, reuseOnRetry: true }")}
export default workflow('id', 'Retry').add(startTrigger).to(video).to(useVideo);`,
		told: [
			/execution\.error\.failure has cause \(rate-limited, .*retryAfterMs/,
			/n8n-nodes-base\.errorTrigger/,
			/retried executions reuse submitted videos\. A new execution pays again/,
			/details\.failure\.cause/,
		],
	},
];
