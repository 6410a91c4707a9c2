import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from '../../../scripts/lib/ports';

const toolSchema = z.object({
	name: z.string(),
	description: z.string(),
	parameters: z.object({
		properties: z.record(z.object({ description: z.string().optional() })).optional(),
	}),
});

/** What an agent asks of a model, as far as it matters here. */
const requestSchema = z.object({
	messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
	tools: z.array(z.object({ function: toolSchema })),
});

export type OfferedTool = z.output<typeof toolSchema>;

/** An OpenAI-compatible chat model on this machine. */
export interface ChatModel {
	/** Ends in /v1. */
	url: string;
	/** The tools that it was offered at last. */
	offered(): OfferedTool[];
	/** What the tool gave back at last. */
	heard(): unknown;
	close(): Promise<void>;
}

/**
 * Stands in for the one part that cannot be real in a test, the model itself: it calls the tool it
 * is offered once, with the arguments given, and then ends the conversation.
 */
export async function startChatModel(toolArguments: object): Promise<ChatModel> {
	let offered: OfferedTool[] = [];
	let heard: unknown;
	const server = createServer((request, response) => {
		void json(request).then((body) => {
			const { messages, tools } = requestSchema.parse(body);
			offered = tools.map((tool) => tool.function);
			const last = messages.at(-1);
			if (last?.role === 'tool') heard = last.content;
			const call = { name: offered[0]?.name, arguments: JSON.stringify(toolArguments) };
			const message =
				last?.role === 'tool'
					? { role: 'assistant', content: 'Your video is ready.' }
					: {
							role: 'assistant',
							content: null,
							tool_calls: [{ id: 'call_1', type: 'function', function: call }],
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
		offered: () => offered,
		heard: () => heard,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
