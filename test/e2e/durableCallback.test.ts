/**
 * A durable wait that ends on the API's callback, in a real n8n. The field of the URL is one that
 * the sandbox ignores, so that the test sends the callbacks itself.
 */
import type { Execution } from '../../scripts/n8n/execution';
import type { Workflow } from '../../scripts/n8n/workflow';
import { startProvider, type Provider } from './support/provider';
import { promptsWorkflow, RESULT, VEO, type PromptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { until, untilWaiting, untilWaitingAgain } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

/** The timer comes after two minutes, up to a minute late. */
const TIMEOUT_SECONDS = 400;
const UNKNOWN_TOKEN = 'f'.repeat(64);
const FIELD = 'notifyUrl';
const DURABLE = { waitMode: 'durable', options: { callbackField: FIELD } };

let server: Server;
let provider: Provider;
/** IDs of executions whose timer ends the wait after minutes, during the other tests. */
let timed: string[];

beforeAll(async () => {
	server = await startServer({ jobSeconds: 3600, credits: 1000 });
	provider = startProvider(server, FIELD);
	timed = await startTimed();
});
afterAll(async () => await server?.end());

/** Imports a workflow with a durable wait and starts it. @returns the execution's ID */
async function begin(
	options: Omit<PromptsWorkflow, 'parameters'>,
	change: (workflow: Workflow) => Workflow = (workflow) => workflow,
): Promise<string> {
	const workflow = change(promptsWorkflow({ ...options, parameters: DURABLE }));
	return await server.n8n.begin(await server.n8n.importWorkflow(workflow));
}

/** Waits until the API has accepted a video of a scenario; by default, the first. */
async function jobOf(name: string, index = 0) {
	const jobs = await until(
		async () => await provider.jobs(name),
		({ length }) => length > index,
	);
	const job = jobs[index];
	if (!job) throw new Error(`${name} has no job ${index}.`);
	return job;
}

async function sendUntilAccepted(uuid: string): Promise<void> {
	await until(
		async () => await provider.callback(uuid),
		(status) => status === 200,
	);
}

/** The statuses of all executions of a workflow, its waits included. */
async function statusesOf(name: string): Promise<string[]> {
	return (await server.n8n.readExecutionsOf(name)).map(({ status }) => status);
}

/** Puts a Wait node between the Veo node and the result. */
function withLaterWait(workflow: Workflow): Workflow {
	const parameters = { resume: 'timeInterval', amount: 66, unit: 'seconds' };
	const wait = { name: 'Later Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1 };
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		...workflow,
		nodes: [...workflow.nodes, { ...wait, position: [0, 0], parameters }],
		connections: { ...workflow.connections, [VEO]: to(wait.name), [wait.name]: to(RESULT) },
	};
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

test('five videos that end one by one: the last callback ends the execution', async () => {
	const name = 'one-by-one';
	const id = await begin({ name, prompts: promptsOf(name, 5) });
	await untilWaiting(server.n8n, id);
	const wait = await waitOf(id, name);
	const jobs = await provider.jobs(name);
	expect(jobs).toHaveLength(5);
	expect(new Set(jobs.map(({ url }) => url)).size).toBe(1);
	for (const { uuid } of jobs.slice(0, 4)) {
		await provider.complete(uuid);
		expect(await provider.callback(uuid)).toBe(200);
		await untilWaiting(server.n8n, wait);
		expect((await server.n8n.execution(id)).status).toBe('waiting');
	}
	const last = String(jobs[4]?.uuid);
	await provider.complete(last);
	const sentMs = Date.now();
	expect(await provider.callback(last)).toBe(200);
	const done = await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS);
	process.stdout.write(`one by one: ${Date.now() - sentMs} ms after the last callback\n`);
	expect(done.problem).toBe('Result: success');
	expect(videosOf(done)).toEqual(promptsOf(name, 5).map((prompt) => [prompt, 'completed']));
	const counts = await provider.statusChecks(name);
	process.stdout.write(`status checks: ${counts.join(', ')}\n`);
	expect(Math.max(...counts)).toBeLessThanOrEqual(3);
});

test('false callbacks change nothing, and the true ones end the execution', async () => {
	const name = 'forged';
	// the second request takes long, so that a callback comes before the execution is suspended
	const slow = { kind: 'slow' as const, ms: 4000 };
	await server.sandbox.fault({ endpoint: 'generate', match: `${name} 2`, fault: slow });
	const id = await begin({ name, prompts: promptsOf(name, 2) });
	const { uuid } = await jobOf(name);
	expect(await provider.callback(uuid)).toBe(409);
	await untilWaiting(server.n8n, id);
	const wait = await waitOf(id, name);

	expect(await provider.callback(uuid, undefined, UNKNOWN_TOKEN)).toBe(401);
	expect(await provider.callback(uuid, undefined, '')).toBe(401);
	expect(await provider.statusChecks(name)).toEqual([0, 0]);
	// true token, but the video isn't completed; then no video, and another one
	for (const lie of [undefined, { hello: 'world' }, { uuid: 'another' }]) {
		expect(await provider.callback(uuid, lie)).toBe(200);
		await untilWaiting(server.n8n, wait);
	}
	expect((await server.n8n.execution(id)).status).toBe('waiting');
	const both = await Promise.all([provider.callback(uuid), provider.callback(uuid)]);
	expect(both).toContain(200);
	await untilWaiting(server.n8n, wait);

	const jobs = await provider.jobs(name);
	for (const job of jobs) {
		await provider.complete(job.uuid);
		await sendUntilAccepted(job.uuid);
		if (job !== jobs.at(-1)) await untilWaiting(server.n8n, wait);
	}
	const done = await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS);
	expect(done.problem).toBe('Result: success');
	expect(videosOf(done)).toEqual(promptsOf(name, 2).map((prompt) => [prompt, 'completed']));
	expect([404, 409]).toContain(await provider.callback(uuid));
	expect((await server.n8n.execution(id)).status).toBe('success');
	expect(await server.n8n.executionsOf(name)).toHaveLength(2);
});

test('a callback in the moment in which the execution is suspended is not lost', async () => {
	const name = 'suspending';
	const id = await begin({ name, prompts: promptsOf(name, 1) });
	const { uuid } = await jobOf(name);
	await provider.complete(uuid);
	await sendUntilAccepted(uuid);
	const done = await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS);
	expect(videosOf(done)).toEqual([[`${name} 1`, 'completed']]);
	expect(await provider.statusChecks(name)).toEqual([1]);
});

test('if no video is submitted, no execution is left that waits', async () => {
	const name = 'rejected';
	const fault = { kind: 'error' as const, code: 1001 };
	await server.sandbox.fault({ endpoint: 'generate', match: name, times: 2, fault });
	const failed = await server.n8n.waitUntilFinished(
		await begin({ name, prompts: promptsOf(name, 1) }),
	);
	expect(failed.problem).toContain('Not enough credits');
	expect((await statusesOf(name)).sort()).toEqual(['error', 'success']);
});

test('a retry reuses the videos, although their callbacks have no wait anymore', async () => {
	const name = 'retried';
	const fault = { kind: 'error' as const, code: 1001 };
	await server.sandbox.fault({ endpoint: 'generate', match: `${name} 2`, fault });
	const slow = { kind: 'slow' as const, ms: 1000 };
	await server.sandbox.fault({ endpoint: 'generate', match: `${name} 2`, fault: slow });
	const id = await begin({ name, prompts: promptsOf(name, 2) });
	expect((await server.n8n.waitUntilFinished(id)).status).toBe('error');
	const { uuid } = await jobOf(name);
	await provider.complete(uuid);
	expect([404, 409]).toContain(await provider.callback(uuid));
	const retry = server.n8n.retryExecution(id);
	const second = await jobOf(name, 1);
	await provider.complete(second.uuid);
	await sendUntilAccepted(second.uuid);
	expect(videosOf(await retry)).toEqual(promptsOf(name, 2).map((prompt) => [prompt, 'completed']));
	expect(await server.sandbox.journal({ endpoint: 'generate' })).not.toHaveLength(0);
	expect(await provider.jobs(name)).toHaveLength(2);
});

const [NO_CALLBACK, LATER, FAILING] = [
	'no-callback',
	'later-wait',
	'later-wait-after-failure',
] as const;

async function startTimed(): Promise<string[]> {
	const fault = { kind: 'error' as const, code: 1001 };
	await server.sandbox.fault({ endpoint: 'generate', match: FAILING, times: 2, fault });
	const first = await begin({ name: NO_CALLBACK, prompts: promptsOf(NO_CALLBACK, 2) });
	const second = await begin({ name: LATER, prompts: promptsOf(LATER, 1) }, withLaterWait);
	const settings = { onError: 'continueRegularOutput' };
	const third = await begin(
		{ name: FAILING, prompts: promptsOf(FAILING, 2), settings },
		withLaterWait,
	);
	for (const id of [first, second, third]) await untilWaiting(server.n8n, id);
	for (const { uuid } of await provider.jobs(NO_CALLBACK)) await provider.complete(uuid);
	const { uuid } = await jobOf(LATER);
	await provider.complete(uuid);
	await sendUntilAccepted(uuid);
	return [first, second, third];
}

test('without a callback, the timer ends the wait, and a later Wait node is not disturbed', async () => {
	const [timedOut, waited, failed] = await Promise.all(
		timed.map(async (id) => await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS)),
	);
	const { uuid } = await jobOf(LATER);
	expect(timedOut && videosOf(timedOut)).toEqual(
		promptsOf(NO_CALLBACK, 2).map((text) => [text, 'completed']),
	);
	expect(await provider.statusChecks(NO_CALLBACK)).toEqual([1, 1]);
	expect(waited?.itemsOf('Later Wait').map(({ json }) => json.uuid)).toEqual([uuid]);
	expect(failed?.itemsOf('Later Wait').map(({ json }) => json.error)).toEqual(
		promptsOf(FAILING, 2).map(() => expect.stringContaining('Not enough credits')),
	);
	// the execution and its wait, in the last case both over before the later wait
	expect(await statusesOf(LATER)).toEqual(['success', 'success']);
	expect(await statusesOf(FAILING)).toEqual(['success', 'success']);
});

test('after Stop, a callback ends the wait without a status check', async () => {
	const name = 'stopped';
	const id = await begin({ name, prompts: promptsOf(name, 1) });
	await untilWaiting(server.n8n, id);
	const wait = await waitOf(id, name);
	await server.n8n.stopExecution(id);
	const { uuid } = await jobOf(name);
	expect(await provider.callback(uuid)).toBe(200);
	expect((await server.n8n.waitUntilFinished(wait)).status).toBe('canceled');
	expect((await server.n8n.execution(id)).status).toBe('canceled');
	expect(await provider.statusChecks(name)).toEqual([0]);
});

test('kill -9 between the submission and the callback: the callback after the restart ends the execution', async () => {
	const name = 'killed';
	const id = await begin({ name, prompts: promptsOf(name, 2) });
	await untilWaiting(server.n8n, id);
	const wait = await waitOf(id, name);
	await server.n8n.server.kill();
	for (const { uuid } of await provider.jobs(name)) await provider.complete(uuid);
	await server.n8n.restart();
	for (const each of [wait, id]) await untilWaitingAgain(server.n8n, each);
	const { uuid } = await jobOf(name);
	await sendUntilAccepted(uuid);
	const done = await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS);
	expect(done.problem).toBe('Result: success');
	expect(videosOf(done)).toEqual(promptsOf(name, 2).map((prompt) => [prompt, 'completed']));
	expect(await provider.statusChecks(name)).toEqual([1, 1]);
});
