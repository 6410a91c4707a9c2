import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from '../../../scripts/lib/ports';
import type { N8nSession } from '../../../scripts/n8n/session';

const toolSchema = z.object({
	name: z.string(),
	description: z.string(),
	parameters: z.object({
		properties: z.record(z.object({ description: z.string().optional() })).optional(),
	}),
});

/** An agent's request to a model, reduced to the fields used here. */
const requestSchema = z.object({
	messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
	tools: z.array(z.object({ function: toolSchema })),
});

export type ChatTool = z.output<typeof toolSchema>;

/** An OpenAI-compatible chat model on this machine. */
export interface ChatModel {
	/** Base URL, ending in /v1. */
	url: string;
	/** The tools in the latest request. */
	tools(): ChatTool[];
	/** The latest result of the tool. */
	toolResult(): unknown;
	/** All results in the latest request, in the order of the calls. */
	toolResults(): unknown[];
	close(): Promise<void>;
}

/** Connects the agents of n8n to the model: creates their credential. */
export async function importModel(n8n: N8nSession, { url }: ChatModel): Promise<void> {
	const data = { apiKey: 'none', url };
	await n8n.importCredential({ name: 'Model', type: 'openAiApi', data });
}

/**
 * Mocks the only component that can't be real in a test, the model. It calls the first tool once with
 * each of these arguments, all at once, and then ends the conversation.
 */
export async function startChatModel(...toolArguments: object[]): Promise<ChatModel> {
	let tools: ChatTool[] = [];
	let toolResults: unknown[] = [];
	const server = createServer((request, response) => {
		void json(request).then((body) => {
			const chat = requestSchema.parse(body);
			tools = chat.tools.map((tool) => tool.function);
			const last = chat.messages.at(-1);
			const results = chat.messages.filter(({ role }) => role === 'tool');
			if (results.length > 0) toolResults = results.map(({ content }) => content);
			const calls = toolArguments.map((argument, index) => ({
				id: `call_${index + 1}`,
				type: 'function',
				function: { name: tools[0]?.name, arguments: JSON.stringify(argument) },
			}));
			const message =
				last?.role === 'tool'
					? { role: 'assistant', content: 'Your video is ready.' }
					: {
							role: 'assistant',
							content: null,
							tool_calls: calls,
						};
			const finish_reason = last?.role === 'tool' ? 'stop' : 'tool_calls';
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			const choices = [{ index: 0, message, finish_reason }];
			const head = { id: 'chat_1', object: 'chat.completion', created: 1, model: 'sandbox-model' };
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ ...head, choices, usage }));
		});
	});
	const origin = await listen(server);
	return {
		url: `${origin}/v1`,
		tools: () => tools,
		toolResult: () => toolResults.at(-1),
		toolResults: () => toolResults,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
