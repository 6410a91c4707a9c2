import { Failure } from '../lib/failure';
import type { Workflow } from '../n8n/workflow';
import type { Cluster } from './cluster';
import type { Mode } from './options';

const CREDENTIAL = 'Veo API';
/** Longer than a video takes behind a queue of others; the node's default is 900. */
const NODE_TIMEOUT_SECONDS = 3600;
/** Webhook calls under way at once. */
const CALLERS = 10;
const CALL_LIMIT_MS = 60_000;

/** A webhook that answers at once, then one video. */
function workflow(mode: Mode): Workflow {
	return {
		id: `veoScale${mode}`,
		name: `Scale: ${mode}`,
		nodes: [
			{
				name: 'Order',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'veo-scale-order',
				parameters: { httpMethod: 'POST', path: mode, responseMode: 'onReceived' },
			},
			{
				name: 'Generate Video',
				type: 'n8n-nodes-veo.veo',
				typeVersion: 1,
				position: [260, 0],
				parameters: {
					prompt: '={{ $json.body.prompt }}',
					waitMode: mode,
					options: { timeout: NODE_TIMEOUT_SECONDS },
				},
				credentials: { veoApi: { id: null, name: CREDENTIAL } },
			},
		],
		connections: { Order: { main: [[{ node: 'Generate Video', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** Stores and publishes the workflow, with a credential for the sandbox. */
export async function prepare({ main, sandbox }: Cluster, mode: Mode): Promise<void> {
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await main.importCredential({ name: CREDENTIAL, type: 'veoApi', data });
	await main.publish(await main.importWorkflow(workflow(mode)));
}

/** The prompt of the n-th order: no two are the same, so that a video made twice shows. */
const promptOf = (number: number) => `Order ${number}: a lighthouse in a storm`;

/** Calls the webhook so many times. @throws Failure if n8n does not take a call */
export async function order({ main }: Cluster, mode: Mode, count: number): Promise<void> {
	let next = 0;
	const call = async (number: number) => {
		const response = await fetch(`${main.url}/webhook/${mode}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: promptOf(number) }),
			signal: AbortSignal.timeout(CALL_LIMIT_MS),
		});
		if (response.ok) return;
		throw new Failure(`n8n refused order ${number} (${response.status}).`, await response.text());
	};
	const caller = async () => {
		while (next < count) await call(next++);
	};
	await Promise.all(Array.from({ length: CALLERS }, caller));
}
