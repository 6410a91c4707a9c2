import { axios } from './n8n';
import type { LoopOrder, Outcome } from './orders';

/** Looks up every URL with the axios that n8n uses, and nothing else. */
export async function bareLoop({ urls, apiKey, concurrency }: LoopOrder): Promise<Outcome> {
	const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };
	const startedMs = performance.now();
	const queue = urls.values();
	const items: string[] = [];
	const worker = async () => {
		for (const url of queue) {
			const { data } = await axios.default.get<object>(url, { headers });
			items.push(JSON.stringify(data));
		}
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	return {
		seconds: (performance.now() - startedMs) / 1000,
		endedAt: Date.now(),
		status: 'success',
		items,
	};
}
