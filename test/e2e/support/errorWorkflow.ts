import { waitFor } from '../../../scripts/lib/waitFor';
import type { Execution } from '../../../scripts/n8n/execution';
import { isSince } from './version';
import type { Server } from './server';

/** Publishes an error workflow; n8n 1.x can't, and doesn't require it. */
export async function publishErrorWorkflow({ n8n }: Server, workflowId: string): Promise<void> {
	if (isSince(2, 0)) await n8n.publish(workflowId);
}

/** Waits for an execution that n8n starts automatically. @returns it after it finished */
export async function nextExecutionOf(
	{ n8n }: Server,
	workflowId: string,
	known: string[],
): Promise<Execution> {
	const next = await waitFor(async () =>
		(await n8n.executionsOf(workflowId)).filter((id) => !known.includes(id)).at(-1),
	);
	if (next) return await n8n.waitUntilFinished(next, 60);
	throw new Error(`n8n didn't execute the workflow ${workflowId}:\n${n8n.log()}`);
}
