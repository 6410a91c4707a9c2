/** A suspended execution survives a crash of n8n, and doesn't block other executions. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, RESULT } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const NAMES = ['first', 'second'];
const promptsOf = (name: string) => ['1', '2', '3', '4', '5'].map((number) => `${name} ${number}`);

let server: Server;

beforeAll(async () => {
	// a limit of one concurrent production execution
	const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };
	server = await startServer({ jobSeconds: 20, credits: 100 }, env);
});

afterAll(async () => await server?.end());

/** Publishes a workflow and starts it by webhook. @returns the execution's ID */
async function startByWebhook(name: string, parameters: object): Promise<string> {
	const workflow = promptsWorkflow({
		...{ name, prompts: promptsOf(name) },
		parameters: { ...parameters },
	});
	const id = await server.n8n.importWorkflow(workflow);
	await server.n8n.publish(id);
	const response = await fetch(`${server.n8n.url}/webhook/${name}`, { method: 'POST' });
	expect(response.status).toBe(200);
	for (;;) {
		const ids = await server.n8n.executionsOf(id);
		if (ids.length > 0) return String(ids.at(-1));
		await sleep(100);
	}
}

async function waitForStatus(id: string, status: string): Promise<Execution> {
	for (;;) {
		const execution = await server.n8n.execution(id);
		if (execution.status === status) return execution;
		if (execution.isFinished) throw new Error(execution.problem);
		await sleep(100);
	}
}

test('kill -9 while ten videos are pending loses none and resubmits none', async () => {
	const durable = { waitForCompletion: true, waitMode: 'durable' };
	const ids: string[] = [];
	for (const name of NAMES) {
		// With a limit of one, the second execution only starts if the first doesn't count.
		ids.push(await startByWebhook(name, durable));
		await waitForStatus(String(ids.at(-1)), 'waiting');
	}
	const other = await startByWebhook('other', { waitForCompletion: false });
	await waitForStatus(other, 'success');
	expect(await server.n8n.executions({ status: ['running'] })).toEqual([]);
	const statusChecks = async () => (await server.sandbox.journal({ endpoint: 'status' })).length;
	const before = await statusChecks();

	await server.n8n.server.kill();
	await server.n8n.restart();
	// During startup, n8n briefly reports suspended executions as crashed.
	while ((await statusChecks()) < before + 10) await sleep(500);
	const done = await Promise.all(
		ids.map(async (id) => await server.n8n.waitUntilFinished(id, 400)),
	);
	expect(done.map(({ problem }) => problem)).toEqual(['Result: success', 'Result: success']);

	const { jobs } = await server.sandbox.state();
	const urls = new Map(jobs.map(({ prompt, videoUrl }) => [prompt, videoUrl]));
	expect(urls.size).toBe(15);
	for (const [index, name] of NAMES.entries()) {
		const items = done[index]?.itemsOf(RESULT).map(({ json }) => json);
		expect(items).toEqual(
			promptsOf(name).map((prompt) => ({ sourcePrompt: prompt, videoUrl: urls.get(prompt) })),
		);
	}
	// Ten, and five of the other workflow.
	expect(await server.sandbox.journal({ endpoint: 'generate' })).toHaveLength(15);
});
