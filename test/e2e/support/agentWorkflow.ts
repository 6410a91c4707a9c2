import type { Workflow } from '../../../scripts/n8n/workflow';

export const PROMPT_DESCRIPTION = 'Text description of the video';

/** An agent whose only tool is the Veo node, with n8n's expression for "let the model define this parameter". */
export function agentWorkflow(parameters: object, agentVersion = 3): Workflow {
	const at = { typeVersion: 1, position: [0, 0] };
	const prompt = `={{ $fromAI('Prompt', '${PROMPT_DESCRIPTION}', 'string') }}`;
	const to = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return {
		id: 'agentToolTest001',
		name: 'Agent with Veo',
		nodes: [
			{ ...at, name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
			{
				...at,
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: agentVersion,
				parameters: { promptType: 'define', text: 'Make me a video', options: {} },
			},
			{
				...at,
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				parameters: { model: { mode: 'id', value: 'sandbox-model' }, options: {} },
				credentials: { openAiApi: { name: 'Model' } },
			},
			{
				...at,
				name: 'Veo 3.1',
				type: 'n8n-nodes-veo.veoTool',
				parameters: { prompt, options: { pollInterval: 1 }, ...parameters },
				credentials: { veoApi: { name: 'Veo API' } },
			},
		],
		connections: {
			Start: to('main'),
			Model: to('ai_languageModel'),
			'Veo 3.1': to('ai_tool'),
		},
		settings: { executionOrder: 'v1' },
	};
}
