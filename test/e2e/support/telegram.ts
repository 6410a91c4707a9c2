import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from '../../../scripts/lib/ports';

const buttonSchema = z.object({ text: z.string(), url: z.string() });
const messageSchema = z.object({
	chat_id: z.string(),
	text: z.string(),
	reply_markup: z.object({ inline_keyboard: z.array(z.array(buttonSchema)) }).optional(),
});

export type TelegramMessage = z.output<typeof messageSchema>;

/** Telegram's Bot API on this machine, which records the messages. */
export interface Telegram {
	url: string;
	messages: TelegramMessage[];
	close(): Promise<void>;
}

export async function startTelegram(): Promise<Telegram> {
	const messages: TelegramMessage[] = [];
	const server = createServer((request, response) => {
		void json(request).then((body) => {
			messages.push(messageSchema.parse(body));
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ ok: true, result: { message_id: messages.length } }));
		});
	});
	return {
		url: await listen(server),
		messages,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
