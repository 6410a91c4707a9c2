/** The video register of an execution that waits durably. Waits take a minute, so two run side by side. */
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { resumesOf, until } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const FAILED = 'durable-failed';

let server: Server;
/** IDs of a workflow with a video that fails, and of its execution, which waits during both tests. */
let failing: { workflow: string; execution: string };

beforeAll(async () => {
	server = await startServer({ credits: 10_000 });
	const id = await workflow(FAILED, { onError: 'continueRegularOutput' });
	await server.sandbox.settings({ failNext: 1 });
	failing = { workflow: id, execution: await server.n8n.begin(id) };
	await untilSubmitted(FAILED);
});
afterAll(async () => await server?.end());

const rowsOf = async (table: string) => (await server.n8n.tableRows(table)) ?? [];

async function untilSubmitted(table: string): Promise<void> {
	await until(
		async () => (await rowsOf(table)).filter(({ state }) => state === 'submitted').length,
		(submitted) => submitted >= 2,
	);
}

/** Number of submit requests of a workflow, accepted or not. */
async function submissions(name: string): Promise<number> {
	const requests = await server.sandbox.journal({ endpoint: 'generate' });
	return requests.filter(({ body }) => JSON.stringify(body).includes(`"${name} `)).length;
}

/** Imports a workflow that waits durably for the videos of its prompts. */
async function workflow(
	name: string,
	settings: object = {},
	prompts = [`${name} a`, `${name} b`],
	options: object = {},
): Promise<string> {
	const register = { settings: { table: name, reuseHours: 1 } };
	const parameters = { waitMode: 'durable', options: { pollInterval: 1, register, ...options } };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts, parameters, settings: { ...settings } }),
	);
}

test('a durable wait completes the rows before the items leave the node', async () => {
	const id = await workflow('durable');
	const first = await server.n8n.begin(id);
	await untilSubmitted('durable');
	expect((await rowsOf('durable')).map(({ deliveredAt }) => deliveredAt || '')).toEqual(['', '']);
	const ended = await server.n8n.waitUntilFinished(first);
	expect(ended.status).toBe('success');
	expect(await rowsOf('durable')).toEqual(
		['durable a', 'durable b'].map((prompt) =>
			expect.objectContaining({
				...{ prompt, state: 'completed', executionId: first },
				videoUrl: expect.stringContaining('http'),
				deliveredAt: expect.stringMatching(/^\d{4}-/),
			}),
		),
	);
	const second = await server.run(id);
	expect(second.itemsOf(VEO).map(({ json }) => json.reused)).toEqual([true, true]);
	expect(await submissions('durable')).toBe(2);
	expect(await server.n8n.executionsOf(id)).toHaveLength(3);
});

test('a video that fails during a durable wait gets its state, and is paid for again', async () => {
	const ended = await server.n8n.waitUntilFinished(failing.execution);
	expect(ended.problem).toMatch(/: success$/);
	const states = async () => (await rowsOf(FAILED)).map(({ state }) => state).sort();
	expect(await states()).toEqual(['completed', 'failed']);
	await server.run(failing.workflow);
	expect(await states()).toEqual(['completed', 'completed', 'failed']);
	expect(await submissions(FAILED)).toBe(3);
});

test('with callbacks, a reused video needs none, and the callback for a new one ends the wait', async () => {
	const name = 'durable-callback';
	const known = new Set<string>();
	/** Executes the workflow. @returns the execution, and the one that waited for its videos */
	const run = async (letters: string[]): Promise<{ done: Execution; waits: Execution[] }> => {
		const prompts = letters.map((letter) => `${name} ${letter}`);
		const id = await workflow(name, {}, prompts, { callbackField: 'callbackUrl' });
		const done = await server.run(id);
		const waits: Execution[] = [];
		for (const each of await server.n8n.readExecutionsOf(id)) {
			if (each.id !== done.id && !known.has(each.id)) waits.push(each);
			known.add(each.id);
		}
		return { done, waits };
	};
	const reusedOf = (done: Execution) => done.itemsOf(VEO).map(({ json }) => json.reused);
	const accepted = async () =>
		(await server.sandbox.state()).callbacks.filter(({ status }) => status === 200);
	await server.sandbox.settings({ jobSeconds: 3 });

	const first = await run(['a', 'b']);
	expect(reusedOf(first.done)).toEqual([undefined, undefined]);
	expect(new Set(first.waits.flatMap(resumesOf))).toEqual(new Set(['callback']));
	const calls = await accepted();

	const second = await run(['a', 'b']);
	expect(reusedOf(second.done)).toEqual([true, true]);
	expect(await accepted()).toEqual(calls);

	const mixed = await run(['a', 'c']);
	expect(reusedOf(mixed.done)).toEqual([true, undefined]);
	expect(new Set(mixed.waits.flatMap(resumesOf))).toEqual(new Set(['callback']));
	const created = mixed.done.itemsOf(VEO)[1]?.json.uuid;
	expect((await accepted()).slice(calls.length).map(({ uuid }) => uuid)).toContain(created);

	expect(await submissions(name)).toBe(3);
	const { done } = first;
	expect(await rowsOf(name)).toEqual(
		[done, done, mixed.done].map(({ id: executionId }, index) =>
			expect.objectContaining({
				...{ prompt: `${name} ${'abc'[index]}`, state: 'completed', executionId },
				videoUrl: expect.stringContaining('http'),
				deliveredAt: expect.stringMatching(/^\d{4}-/),
			}),
		),
	);
	expect(await server.n8n.executions({ status: ['new', 'running', 'waiting'] })).toEqual([]);
});
