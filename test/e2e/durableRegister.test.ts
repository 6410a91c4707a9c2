/** The video register of an execution that waits durably. */
import { setTimeout as sleep } from 'node:timers/promises';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer({ credits: 10_000 })));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

const rowsOf = async (table: string) => (await server.n8n.tableRows(table)) ?? [];

/** Imports a workflow that waits durably for the videos of two prompts. */
async function workflow(name: string, settings: object = {}): Promise<string> {
	const register = { settings: { table: name, reuseHours: 1 } };
	const parameters = { waitMode: 'durable', options: { pollInterval: 1, register } };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts: ['a', 'b'], parameters, settings: { ...settings } }),
	);
}

test('a durable wait completes the rows before the items leave the node', async () => {
	const id = await workflow('durable');
	const first = await server.n8n.begin(id);
	while ((await rowsOf('durable')).filter(({ state }) => state === 'submitted').length < 2) {
		await sleep(200);
	}
	expect((await rowsOf('durable')).map(({ deliveredAt }) => deliveredAt || '')).toEqual(['', '']);
	const ended = await server.n8n.waitUntilFinished(first);
	expect(ended.status).toBe('success');
	expect(await rowsOf('durable')).toEqual(
		['a', 'b'].map((prompt) =>
			expect.objectContaining({
				...{ prompt, state: 'completed', executionId: first },
				videoUrl: expect.stringContaining('http'),
				deliveredAt: expect.stringMatching(/^\d{4}-/),
			}),
		),
	);
	const second = await server.run(id);
	expect(second.itemsOf(VEO).map(({ json }) => json.reused)).toEqual([true, true]);
	expect(await server.submissions()).toBe(2);
	expect(await server.n8n.executionsOf(id)).toHaveLength(3);
});

test('a video that fails during a durable wait gets its state, and is paid for again', async () => {
	const id = await workflow('durable-failed', { onError: 'continueRegularOutput' });
	await server.sandbox.settings({ failNext: 1 });
	await server.run(id);
	const states = async () => (await rowsOf('durable-failed')).map(({ state }) => state).sort();
	expect(await states()).toEqual(['completed', 'failed']);
	await server.run(id);
	expect(await states()).toEqual(['completed', 'completed', 'failed']);
	expect(await server.submissions()).toBe(3);
});
