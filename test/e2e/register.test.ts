/** The video register in n8n's own data tables: no execution pays for a video that another one has. */
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { until } from './support/waiting';
import { startByWebhook } from './support/webhook';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer({ credits: 10_000 })));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

/** Imports a workflow that generates these prompts. Without a register, the option is not set. */
async function workflow(
	name: string,
	prompts: string[],
	register: object | undefined,
	parameters: object = {},
): Promise<string> {
	const options = { pollInterval: 1, ...(register && { register: { settings: register } }) };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts, parameters: { options, ...parameters } }),
	);
}

const uuidsOf = (execution: Execution) => execution.itemsOf(VEO).map(({ json }) => json.uuid);
const reusedOf = (execution: Execution) => execution.itemsOf(VEO).map(({ json }) => json.reused);
const rowsOf = async (table: string) => (await server.n8n.tableRows(table)) ?? [];

/** Executes the workflow and expects success. */
async function succeed(id: string): Promise<Execution> {
	const execution = await server.n8n.run(id);
	if (execution.status !== 'success') throw new Error(execution.problem);
	return execution;
}

test('the same workflow executed twice pays once, and another prompt pays', async () => {
	const settings = { table: 'reused', reuseHours: 24 };
	const id = await workflow('twice', ['a kite', 'a boat'], settings);
	const first = await succeed(id);
	expect(reusedOf(first)).toEqual([undefined, undefined]);
	const second = await succeed(id);
	expect(uuidsOf(second)).toEqual(uuidsOf(first));
	expect(reusedOf(second)).toEqual([true, true]);
	expect(await server.submissions()).toBe(2);

	await succeed(await workflow('other', ['a kite', 'a train'], settings));
	expect(await server.submissions()).toBe(3);

	const rows = await rowsOf('reused');
	expect(rows.map(({ prompt, state }) => [prompt, state])).toEqual([
		['a kite', 'completed'],
		['a boat', 'completed'],
		['a train', 'completed'],
	]);
	expect(rows[0]).toMatchObject({
		uuid: uuidsOf(first)[0],
		videoUrl: expect.stringContaining('http'),
		workflowId: id,
		executionId: first.id,
		itemIndex: 0,
		generationType: 'text_to_video',
		submittedAt: expect.stringMatching(/^\d{4}-/),
		endedAt: expect.stringMatching(/^\d{4}-/),
		deliveredAt: expect.stringMatching(/^\d{4}-/),
	});
	expect(JSON.stringify(rows)).not.toContain(server.sandbox.key);
	// the sub-workflows of the register don't appear
	expect(await server.n8n.executionsOf(id)).toHaveLength(2);
});

test('two executions at the same moment pay once', async () => {
	const id = await workflow('simultaneous', ['a kite'], { table: 'simultaneous', reuseHours: 24 });
	const ids = await Promise.all([1, 2, 3, 4].map(async () => await server.n8n.begin(id)));
	const ends = await Promise.all(ids.map(async (each) => await server.n8n.waitUntilFinished(each)));
	expect(ends.map(({ status }) => status)).toEqual(Array(4).fill('success'));
	expect(await server.submissions()).toBe(1);
	expect(new Set(ends.flatMap(uuidsOf)).size).toBe(1);
});

test('a failed video is paid for again', async () => {
	const id = await workflow('failing', ['a kite'], { table: 'failing', reuseHours: 24 });
	await server.sandbox.settings({ failNext: 1 });
	expect((await server.n8n.run(id)).problem).toContain("couldn't be generated");
	await succeed(id);
	expect(await server.submissions()).toBe(2);
	expect((await rowsOf('failing')).map(({ state }) => state)).toEqual(['failed', 'completed']);
});

test.each(['retry', 'fresh'])(
	'kill -9 with five pending videos: a %s execution pays for none again',
	async (kind) => {
		const prompts = ['1', '2', '3', '4', '5'].map((number) => `${kind} ${number}`);
		const id = await workflow(`killed-${kind}`, prompts, { table: `killed_${kind}` });
		await server.sandbox.settings({ jobSeconds: 20 });
		// n8n can't retry a manual execution that crashed
		const killed = await startByWebhook(server.n8n, id);
		await until(
			async () => (await rowsOf(`killed_${kind}`)).filter(({ uuid }) => uuid).length,
			(submitted) => submitted === 5,
		);
		await server.n8n.server.kill();
		await server.n8n.restart();
		await server.n8n.waitUntilFinished(killed);
		const next =
			kind === 'retry' ? await server.n8n.retryExecution(killed) : await server.n8n.run(id);
		expect([next.status, next.problem]).toEqual(['success', expect.anything()]);
		expect(await server.submissions()).toBe(5);
		expect(new Set(uuidsOf(next)).size).toBe(5);
		expect(reusedOf(next)).toEqual(Array(5).fill(true));
		// what was delivered is not delivered again
		await server.sandbox.settings({ jobSeconds: 1 });
		await succeed(id);
		expect(await server.submissions()).toBe(10);
	},
);

test('Max Videos per Day refuses a batch before anything is sent, and names the count', async () => {
	const settings = { table: 'budget', maxPerDay: 3 };
	await succeed(await workflow('budget-1', ['a', 'b'], settings));
	const second = await server.n8n.run(await workflow('budget-2', ['c', 'd'], settings));
	expect(second.problem).toContain(
		"'Max Videos per Day' is 3: 2 were submitted in the last 24 hours, and 2 more are needed",
	);
	expect(await server.submissions()).toBe(2);
	expect(await rowsOf('budget')).toHaveLength(2);
});

test('a table with other columns is left alone', async () => {
	await server.n8n.createTable('foreign', [{ name: 'uuid', type: 'string' }]);
	const id = await workflow('foreign-1', ['a'], { table: 'foreign', reuseHours: 1 });
	expect((await server.n8n.run(id)).problem).toContain(
		"isn't a video register: it lacks the columns",
	);
	expect(await server.submissions()).toBe(0);
	// without a promise that depends on the table, the video is generated
	await succeed(await workflow('foreign-2', ['a'], { table: 'foreign' }));
	expect(await server.submissions()).toBe(1);
	expect(await rowsOf('foreign')).toEqual([]);
});

test('a table that was deleted is created again', async () => {
	const id = await workflow('deleted', ['a'], { table: 'deleted', reuseHours: 1 });
	await succeed(id);
	await server.n8n.deleteTable('deleted');
	await succeed(id);
	expect(await server.submissions()).toBe(2);
	expect(await rowsOf('deleted')).toHaveLength(1);
});

test('a name that contains the name of the table is another table', async () => {
	await succeed(await workflow('names-1', ['a'], { table: 'my_names_1', reuseHours: 1 }));
	await succeed(await workflow('names-2', ['a'], { table: 'names_1', reuseHours: 1 }));
	expect(await server.submissions()).toBe(2);
	expect(await rowsOf('names_1')).toHaveLength(1);
});
