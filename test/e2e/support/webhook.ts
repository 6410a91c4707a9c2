import type { N8nSession } from '../../../scripts/n8n/session';
import { until } from './waiting';

/**
 * Publishes a workflow and starts it with its webhook, whose path is the workflow's ID.
 * @returns the ID of the production execution: the oldest one, since its sub-workflows can be newer
 */
export async function startByWebhook(n8n: N8nSession, id: string): Promise<string> {
	await n8n.publish(id);
	const { status } = await fetch(`${n8n.url}/webhook/${id}`, { method: 'POST' });
	expect(status).toBe(200);
	const ids = await until(
		async () => await n8n.executionsOf(id),
		({ length }) => length > 0,
	);
	return String(ids.at(-1));
}
