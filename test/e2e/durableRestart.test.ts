/** A suspended execution survives a crash of n8n, and doesn't block other executions. */
import { promptsWorkflow, RESULT } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { until, untilStatus, untilWaiting } from './support/waiting';
import { startByWebhook } from './support/webhook';

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

/** Starts a workflow by webhook. @returns the execution's ID */
async function begin(name: string, parameters: object): Promise<string> {
	const workflow = promptsWorkflow({
		...{ name, prompts: promptsOf(name) },
		parameters: { ...parameters },
	});
	return await startByWebhook(server.n8n, await server.n8n.importWorkflow(workflow));
}

test('kill -9 while ten videos are pending loses none and resubmits none', async () => {
	const durable = { waitForCompletion: true, waitMode: 'durable' };
	const ids: string[] = [];
	for (const name of NAMES) {
		// With a limit of one, the second execution only starts if the first doesn't count.
		const id = await begin(name, durable);
		await untilWaiting(server.n8n, id);
		ids.push(id);
	}
	const other = await begin('other', { waitForCompletion: false });
	await untilStatus(server.n8n, other, 'success');
	expect(await server.n8n.executions({ status: ['running'] })).toEqual([]);
	const statusChecks = async () => (await server.sandbox.journal({ endpoint: 'status' })).length;
	const before = await statusChecks();

	await server.n8n.server.kill();
	await server.n8n.restart();
	// During startup, n8n briefly reports suspended executions as crashed.
	await until(statusChecks, (count) => count >= before + 10);
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
