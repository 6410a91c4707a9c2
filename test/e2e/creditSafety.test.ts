/** Retries and cancellation by n8n itself: no video is paid for twice, and canceling takes effect. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeOf, readExample, type Workflow } from '../../scripts/n8n/workflow';
import { startServer, type Server } from './support/server';
import { untilPolled } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const NODE = 'Generate Videos';

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());

beforeEach(async () => await server.sandbox.reset());

/** The batch example with other options and settings in its Veo node. */
async function batch(options: object, settings: object = {}): Promise<Workflow> {
	const workflow = await readExample('batch-of-prompts');
	const node = nodeOf(workflow, NODE);
	const changed = { ...node, ...settings, parameters: { ...node.parameters, options } };
	const nodes = workflow.nodes.map((candidate) => (candidate === node ? changed : candidate));
	return { ...workflow, nodes };
}

const submits = async () => (await server.sandbox.journal({ endpoint: 'generate' })).length;
const uuids = async () => (await server.sandbox.state()).jobs.map(({ uuid }) => uuid).sort();

test('Retry execution reuses the videos of the failed execution', async () => {
	await server.sandbox.settings({ jobSeconds: 6 });
	const id = await server.n8n.importWorkflow(await batch({ pollInterval: 1, timeout: 2 }));
	const first = await server.n8n.run(id);
	expect(first.status).toBe('error');
	expect(first.problem).toContain("wasn't ready");
	const submitted = await uuids();
	expect(await submits()).toBe(submitted.length);

	await sleep(5000);
	const second = await server.n8n.retryExecution(first.id);
	expect(second.status).toBe('success');
	const items = second.itemsOf(NODE);
	expect(items.map(({ json }) => json.uuid).sort()).toEqual(submitted);
	expect(items.every(({ json }) => json.status === 'completed')).toBe(true);
	expect(await submits()).toBe(submitted.length);
});

test('Retry On Fail resubmits only the failed video', async () => {
	const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	await server.sandbox.settings({ failNext: 1 });
	const id = await server.n8n.importWorkflow(await batch({ pollInterval: 1 }, retry));
	const execution = await server.n8n.run(id);
	expect(execution.status).toBe('success');
	const count = execution.itemsOf(NODE).length;
	expect(count).toBeGreaterThan(2);
	expect(await submits()).toBe(count + 1);
});

test('Stop cancels the execution, and no further requests are sent', async () => {
	// Without estimates, the node polls every few seconds.
	await server.sandbox.settings({ jobSeconds: 60, estimates: 'none' });
	const id = await server.n8n.importWorkflow(await batch({ pollInterval: 1 }));
	const execution = await server.n8n.begin(id);
	await untilPolled(server.sandbox);

	const stoppedAt = Date.now();
	await server.n8n.stopExecution(execution);
	const { status } = await server.n8n.waitUntilFinished(execution);
	expect(status).toBe('canceled');
	await sleep(4000);
	const late = (await server.sandbox.journal()).filter(({ at }) => at > stoppedAt + 1000);
	expect(late).toEqual([]);
	for (const uuid of await uuids()) expect(server.n8n.log()).toContain(uuid);
});
