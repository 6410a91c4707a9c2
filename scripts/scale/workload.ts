import { UserError } from '../lib/userError';
import type { Workflow } from '../n8n/workflow';
import type { Cluster } from './cluster';
import type { Mode } from './options';

const CREDENTIAL = 'Veo API';
/** Longer than a video takes in a queue behind others; the node's default is 900. */
const NODE_TIMEOUT_SECONDS = 3600;
const CONCURRENCY = 10;
const REQUEST_TIMEOUT_MS = 60_000;

/** A webhook that responds immediately, followed by a node that generates one video. */
function workflow(mode: Mode, options: object): Workflow {
	const hasCallbacks = mode === 'callback';
	return {
		id: `veoScale${mode}`,
		name: `Scale: ${mode}`,
		nodes: [
			{
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'veo-scale-webhook',
				parameters: { httpMethod: 'POST', path: mode, responseMode: 'onReceived' },
			},
			{
				name: 'Generate Video',
				type: 'n8n-nodes-veo.veo',
				typeVersion: 1,
				position: [260, 0],
				parameters: {
					prompt: '={{ $json.body.prompt }}',
					waitMode: hasCallbacks ? 'durable' : mode,
					options: {
						timeout: NODE_TIMEOUT_SECONDS,
						...(hasCallbacks && { callbackField: 'callbackUrl' }),
						...options,
					},
				},
				credentials: { veoApi: { id: null, name: CREDENTIAL } },
			},
		],
		connections: { Webhook: { main: [[{ node: 'Generate Video', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** @param options - additional options of the Veo node */
export async function publishWorkload(
	{ main, sandbox }: Cluster,
	mode: Mode,
	options: object = {},
): Promise<void> {
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await main.importCredential({ name: CREDENTIAL, type: 'veoApi', data });
	await main.publish(await main.importWorkflow(workflow(mode, options)));
}

/** Unique, so that duplicate videos are detected. */
const uniquePrompt = (number: number) => `Video ${number}: a lighthouse in a storm`;

/** Starts executions by webhook. @throws UserError if n8n rejects a request */
export async function startExecutions(
	{ main }: Cluster,
	mode: Mode,
	count: number,
	promptOf = uniquePrompt,
): Promise<void> {
	let next = 0;
	const send = async (number: number) => {
		const response = await fetch(`${main.url}/webhook/${mode}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: promptOf(number) }),
			signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
		});
		if (response.ok) return;
		const { status } = response;
		throw new UserError(`n8n rejected request ${number} (${status}).`, await response.text());
	};
	const sender = async () => {
		while (next < count) await send(next++);
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, sender));
}
