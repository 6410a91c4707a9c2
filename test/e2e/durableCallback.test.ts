/**
 * A durable wait that the API ends by a call to its URL, in a real n8n. The field of the URL is one that
 * the sandbox ignores, so that the test sends the calls itself. All scenarios run simultaneously.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from '../../scripts/n8n/execution';
import { startProvider, type Provider } from './support/provider';
import { promptsWorkflow, VEO, type PromptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

/** The timer comes after two minutes, up to a minute late. */
const TIMEOUT_SECONDS = 400;
const FIELD = 'notifyUrl';
const DURABLE = { waitMode: 'durable', options: { callbackField: FIELD } };

let server: Server;
let provider: Provider;

beforeAll(async () => {
	server = await startServer({ jobSeconds: 3600, credits: 1000 });
	provider = startProvider(server, FIELD);
});
afterAll(async () => await server?.end());

/** Imports a workflow with a durable wait and starts it. @returns the execution's ID */
async function begin(options: Omit<PromptsWorkflow, 'parameters'>): Promise<string> {
	const workflow = promptsWorkflow({ ...options, parameters: DURABLE });
	return await server.n8n.begin(await server.n8n.importWorkflow(workflow));
}

async function untilWaiting(id: string): Promise<Execution> {
	for (;;) {
		const execution = await server.n8n.execution(id);
		if (execution.status === 'waiting') return execution;
		if (execution.isFinished) throw new Error(execution.problem);
		await sleep(100);
	}
}

const promptsOf = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);

/** The URLs and statuses of the execution's items, in their order. */
const videosOf = (execution: Execution) =>
	execution.itemsOf(VEO).map(({ json: { prompt, status } }) => [prompt, status]);

/** The execution that waits for another one, which is the only other one of its workflow. */
async function waitOf(id: string, name: string): Promise<string> {
	const others = (await server.n8n.executionsOf(name)).filter((other) => other !== id);
	expect(others).toHaveLength(1);
	return String(others[0]);
}

test('five videos that end one by one: the last call ends the execution', async () => {
	const name = 'one-by-one';
	const id = await begin({ name, prompts: promptsOf(name, 5) });
	await untilWaiting(id);
	const wait = await waitOf(id, name);
	const jobs = await provider.jobs(name);
	expect(jobs).toHaveLength(5);
	expect(new Set(jobs.map(({ url }) => url)).size).toBe(1);
	for (const { uuid } of jobs.slice(0, 4)) {
		await provider.complete(uuid);
		expect(await provider.call(uuid)).toBe(200);
		await untilWaiting(wait);
		expect((await server.n8n.execution(id)).status).toBe('waiting');
	}
	const last = String(jobs[4]?.uuid);
	await provider.complete(last);
	const calledMs = Date.now();
	expect(await provider.call(last)).toBe(200);
	const done = await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS);
	process.stdout.write(`one by one: ${Date.now() - calledMs} ms after the last call\n`);
	expect(done.problem).toBe('Result: success');
	expect(videosOf(done)).toEqual(promptsOf(name, 5).map((prompt) => [prompt, 'completed']));
	const counts = await provider.statusChecks(name);
	process.stdout.write(`status checks: ${counts.join(', ')}\n`);
	expect(Math.max(...counts)).toBeLessThanOrEqual(3);
});
