import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from '../../../scripts/n8n/execution';
import type { N8nSession } from '../../../scripts/n8n/session';

/** Waits until an execution is suspended. @throws Error if it finishes instead */
export async function untilWaiting(n8n: N8nSession, id: string): Promise<Execution> {
	for (;;) {
		const execution = await n8n.execution(id);
		if (execution.status === 'waiting') return execution;
		if (execution.isFinished) throw new Error(execution.problem);
		await sleep(100);
	}
}

/** What resumed an execution that waits for videos, each time: a request to its URL, or n8n's timer. */
export function resumesOf(wait: Execution): Array<'callback' | 'timer'> {
	const outputs = wait.runsOf('Wait').map(({ data }) => data?.main?.[0]?.[0]?.json ?? {});
	return outputs.map((json) => ('body' in json ? 'callback' : 'timer'));
}
