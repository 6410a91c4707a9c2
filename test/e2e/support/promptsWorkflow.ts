import type { Workflow } from '../../../scripts/n8n/workflow';

export const VEO = 'Generate Videos';
export const RESULT = 'Result';

export interface PromptsWorkflow {
	/** ID, name and webhook path. */
	name: string;
	prompts: string[];
	/** Additional parameters of the Veo node. */
	parameters: Record<string, unknown>;
	/** Settings of the Veo node, e.g. onError. */
	settings?: Record<string, unknown>;
	/** When the webhook responds; default: immediately. */
	responseMode?: 'onReceived' | 'lastNode';
}

/**
 * A workflow with one item per prompt, the Veo node, and a node that uses n8n's item linking to find the
 * prompt of each item. It has a manual trigger and a webhook.
 */
export function promptsWorkflow(options: PromptsWorkflow): Workflow {
	const { name, prompts, parameters, settings, responseMode = 'onReceived' } = options;
	const path = { httpMethod: 'POST', path: name, responseMode };
	const assign = (field: string, value: string) => ({
		id: field,
		name: field,
		type: 'string',
		value,
	});
	const assignments = [
		assign('sourcePrompt', "={{ $('Prompt').item.json.prompt }}"),
		assign('videoUrl', '={{ $json.videoUrl }}'),
	];
	const nodes = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		{ ...node('Hook', 'n8n-nodes-base.webhook', 2, path), webhookId: name },
		node('Prompts', 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ prompts }),
		}),
		node('Prompt', 'n8n-nodes-base.splitOut', 1, {
			fieldToSplitOut: 'prompts',
			options: { destinationFieldName: 'prompt' },
		}),
		{
			...node(VEO, 'n8n-nodes-veo.veo', 1, { prompt: '={{ $json.prompt }}', ...parameters }),
			credentials: { veoApi: { id: null, name: 'Veo API' } },
			...settings,
		},
		node(RESULT, 'n8n-nodes-base.set', 3.4, { assignments: { assignments } }),
	];
	const to = (next: string) => ({ main: [[{ node: next, type: 'main', index: 0 }]] });
	const connections = {
		Start: to('Prompts'),
		Hook: to('Prompts'),
		Prompts: to('Prompt'),
		Prompt: to(VEO),
		[VEO]: to(RESULT),
	};
	return { id: name, name, nodes, connections, settings: { executionOrder: 'v1' } };
}

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): Workflow['nodes'][number] {
	return { id: name.toLowerCase(), name, type, typeVersion, position: [0, 0], parameters };
}
