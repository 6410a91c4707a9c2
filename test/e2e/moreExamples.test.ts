/** The examples about credits and formats, imported into a real n8n and executed against the sandbox. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from '../../scripts/n8n/execution';
import { ensureN8n } from '../../scripts/n8n/install';
import { nodeOf, readExample, type Workflow } from '../../scripts/n8n/workflow';
import { nextExecutionOf, publishErrorWorkflow } from './support/errorWorkflow';
import { startServer, type Server } from './support/server';
import { isSince } from './support/version';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

/** An example with other JSON in one of its Edit Fields nodes. */
async function exampleWith(name: string, node: string, json: unknown): Promise<Workflow> {
	const workflow = await readExample(name);
	nodeOf(workflow, node).parameters.jsonOutput = JSON.stringify(json);
	return workflow;
}

test('vertical-and-landscape generates both formats of one prompt in parallel', async () => {
	const id = await server.n8n.importWorkflow(await readExample('vertical-and-landscape'));
	const execution = await server.run(id);
	const videos = execution.itemsOf('Generate Both').map(({ json }) => json);
	expect(videos.map(({ aspectRatio }) => aspectRatio)).toEqual(['16:9', '9:16']);
	expect(new Set(videos.map(({ prompt }) => prompt)).size).toBe(1);
	const [both, ...others] = execution.itemsOf('Both Versions').map(({ json }) => json);
	expect(others).toEqual([]);
	expect(both).toEqual({ landscape: videos[0]?.videoUrl, vertical: videos[1]?.videoUrl });
	const endpoints = (await server.sandbox.journal()).map(({ endpoint }) => endpoint);
	expect(endpoints.slice(0, 3)).toEqual(['generate', 'generate', 'status']);
	expect(await server.submissions()).toBe(2);
});

describe('low-credits-alert', () => {
	const path = 'submit-a-video';

	/** Publishes a workflow that submits a video, with the alert as its error workflow. */
	async function publishWorkflow(errorWorkflow: string): Promise<string> {
		const position = [0, 0];
		const trigger = { id: 'a', name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2 };
		const example = await readExample('text-to-video');
		const veo = nodeOf(example, 'Generate Video');
		const webhook = { ...trigger, position, parameters: { path }, webhookId: path };
		const id = await server.n8n.importWorkflow({
			...{ id: 'submitAVideo0001', name: 'Submit a video', nodes: [webhook, veo] },
			connections: { Webhook: { main: [[{ node: veo.name, type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1', errorWorkflow },
		});
		await server.n8n.publish(id);
		return id;
	}

	test('reports the required and remaining credits, and ignores other errors', async () => {
		const alert = await server.n8n.importWorkflow(await readExample('low-credits-alert'));
		await publishErrorWorkflow(server, alert);
		const id = await publishWorkflow(alert);
		await server.sandbox.settings({ credits: 1 });
		await fetch(`${server.n8n.url}/webhook/${path}`);
		const first = await nextExecutionOf(server, alert, []);
		const [item] = first.itemsOf('Alert');
		expect(item?.json).toMatchObject({ required: 2, current: 1 });
		const [failed] = await server.n8n.executionsOf(id);
		expect(item?.json.text).toContain('2 needed, 1 left');
		expect(item?.json.text).toContain('"Generate Video"');
		expect(item?.json.text).toContain(`/workflow/${id}/executions/${failed}`);

		await server.sandbox.fault({ endpoint: 'generate', fault: { kind: 'error', code: 1000 } });
		await server.sandbox.settings({ credits: 100 });
		await fetch(`${server.n8n.url}/webhook/${path}`);
		const second = await nextExecutionOf(server, alert, [first.id]);
		expect(second.runsOf('Alert')).toEqual([]);
		expect(second.itemsOf('Other Failures')).toHaveLength(1);
	});
});

const jsonOf = (execution: Execution, node: string) =>
	execution.itemsOf(node).map(({ json }) => json);

// Workflows can't create data tables in older versions.
if (!isSince(2, 3)) {
	test('reuse-paid-videos needs n8n 2.3 or newer', async () => {
		const id = await server.n8n.importWorkflow(await readExample('reuse-paid-videos'));
		expect((await server.n8n.run(id)).problem).toContain('requires n8n 2.3 or later');
		expect(await server.submissions()).toBe(0);
	});
} else {
	test('reuse-paid-videos submits each request only once across executions', async () => {
		const id = await server.n8n.importWorkflow(await readExample('reuse-paid-videos'));
		const first = jsonOf(await server.run(id), 'Generate Videos');
		expect(first.length).toBeGreaterThan(1);
		expect(await server.submissions()).toBe(first.length);

		const again = jsonOf(await server.run(id), 'Generate Videos');
		expect(again.map(({ uuid }) => uuid)).toEqual(first.map(({ uuid }) => uuid));
		expect(again.map(({ videoUrl }) => videoUrl)).toEqual(first.map(({ videoUrl }) => videoUrl));
		expect(again.map(({ reused }) => reused)).toEqual(first.map(() => true));
		expect(await server.submissions()).toBe(first.length);

		const { prompt } = first[0] ?? {};
		const square = { prompt, aspectRatio: 'auto' };
		const requests = [square, { prompt, aspectRatio: first[0]?.aspectRatio }, square];
		const more = await exampleWith('reuse-paid-videos', 'Requests', { requests });
		const third = await server.run(await server.n8n.importWorkflow(more));
		expect(await server.submissions()).toBe(first.length + 1);
		const [newest, known, duplicate] = jsonOf(third, 'Generate Videos');
		expect(newest).toMatchObject({ prompt, aspectRatio: 'auto' });
		expect(duplicate?.uuid).toBe(newest?.uuid);
		expect(known?.uuid).toBe(first[0]?.uuid);
	});
}

// In older versions, the Data Table node can't create a table or find one by name.
if (!isSince(2, 20)) {
	test.each(['nightly-batch', 'videos-this-month'])('%s needs n8n 2.20 or newer', async (name) => {
		const { folder } = await ensureN8n();
		const list = join(folder, 'node_modules', 'n8n-nodes-base', 'dist', 'types', 'nodes.json');
		const known: Array<{ name: string; version: number | number[] }> = JSON.parse(
			await readFile(list, 'utf8'),
		);
		const available = known
			.filter((node) => node.name === 'dataTable')
			.map(({ version }) => version);
		const required = (await readExample(name)).nodes
			.filter(({ type }) => type === 'n8n-nodes-base.dataTable')
			.map(({ typeVersion }) => typeVersion);
		expect(required).toContain(1.1);
		expect(available.flat()).not.toContain(1.1);
	});
} else {
	const register = 'veo_videos';

	async function deleteRegister(): Promise<void> {
		if (await server.n8n.tableRows(register)) await server.n8n.deleteTable(register);
	}

	test('nightly-batch stays within its budget and generates the rest on the following nights', async () => {
		await deleteRegister();
		const id = await server.n8n.importWorkflow(await readExample('nightly-batch'));
		const added = await server.run(id, 'Add Prompts');
		const prompts = added.itemsOf('Add to Queue').map(({ json }) => json.prompt);
		expect(prompts).toHaveLength(5);
		const night = async () => await server.run(id, 'Every Night');
		const promptsOf = (execution: Execution) =>
			jsonOf(execution, 'Generate Videos').map(({ prompt }) => prompt);
		const queued = async () =>
			((await server.n8n.tableRows('veo_queue')) ?? []).map(({ prompt }) => prompt);

		const first = await night();
		expect(promptsOf(first)).toEqual(prompts.slice(0, 3));
		for (const video of jsonOf(first, 'Generate Videos')) {
			expect(video).toMatchObject({ status: 'completed', videoUrl: expect.any(String) });
		}
		expect(await server.submissions()).toBe(3);
		expect(await queued()).toEqual(prompts.slice(3));

		await server.sandbox.settings({ credits: 2 }); // enough for one of the remaining two
		const second = await night();
		expect(promptsOf(second)).toHaveLength(1);
		expect(second.itemsOf('Remains in Queue')).toHaveLength(1);
		expect(await queued()).toHaveLength(1);

		await server.sandbox.settings({ credits: 100, failNext: 1 });
		await night();
		expect(await queued()).toEqual([]);
		const rows = (await server.n8n.tableRows(register)) ?? [];
		expect(rows.map(({ state }) => state)).toEqual([...Array(4).fill('completed'), 'failed']);
		expect(rows.map(({ prompt }) => prompt).sort()).toEqual([...prompts].sort());

		const total = await server.submissions();
		expect((await night()).runsOf('Generate Videos')).toEqual([]);

		// five videos within a day, and the workflow allows six
		await server.run(id, 'Add Prompts');
		const excess = await night();
		expect(excess.itemsOf('Remains in Queue')).toHaveLength(3);
		expect(JSON.stringify(excess.itemsOf('Remains in Queue'))).toContain('Max Videos per Day');
		expect(await queued()).toHaveLength(5);
		expect(await server.submissions()).toBe(total);
	});

	test('videos-this-month counts the videos of each workflow', async () => {
		await deleteRegister();
		const reuse = await readExample('reuse-paid-videos');
		await server.run(await server.n8n.importWorkflow(reuse));
		const other = { ...reuse, id: 'anotherWorkflow1', name: 'Another workflow' };
		nodeOf(other, 'Requests').parameters.jsonOutput = JSON.stringify({
			requests: [{ prompt: 'A train that fails', aspectRatio: 'auto' }],
		});
		await server.sandbox.settings({ failNext: 1 });
		await server.n8n.run(await server.n8n.importWorkflow(other));
		const id = await server.n8n.importWorkflow(await readExample('videos-this-month'));
		const report = jsonOf(await server.run(id), 'Sum by Workflow');
		expect(report).toEqual([
			{ workflow: reuse.name, sum_submitted: 2, sum_failed: 0, sum_inDoubt: 0 },
			{ workflow: 'Another workflow', sum_submitted: 1, sum_failed: 1, sum_inDoubt: 0 },
		]);
	});
}
