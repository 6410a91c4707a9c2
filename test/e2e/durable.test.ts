/**
 * `waitMode: durable` in a real n8n: the execution is suspended in the database and frees the worker.
 * Each wait takes a minute or more, so all scenarios run simultaneously.
 */
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, RESULT, VEO, type PromptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { untilExecution } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

/** A poll cycle takes 66 s plus up to a minute. */
const TIMEOUT_SECONDS = 400;
const DURABLE = { waitForCompletion: true, waitMode: 'durable' };

let server: Server;
let scenarios: Awaited<ReturnType<typeof runAll>>;

beforeAll(async () => {
	server = await startServer({ jobSeconds: 5, credits: 1000 });
	scenarios = await runAll();
});

afterAll(async () => await server?.end());

interface Scenario {
	/** After it was suspended, or after it finished without being suspended. */
	suspended: Execution;
	done: Execution;
}

/** Imports a workflow with a durable wait and starts it. @returns the execution's id */
async function begin(options: PromptsWorkflow): Promise<string> {
	const parameters = { ...DURABLE, ...options.parameters };
	return await server.n8n.begin(
		await server.n8n.importWorkflow(promptsWorkflow({ ...options, parameters })),
	);
}

async function waitUntilSuspended(id: string): Promise<Execution> {
	const isDone = ({ isFinished, status }: Execution) => isFinished || status === 'waiting';
	return await untilExecution(server.n8n, id, isDone);
}

/** Starts a workflow. @returns the suspended execution, and a promise of the finished one */
async function startScenario(
	options: PromptsWorkflow,
): Promise<{ suspended: Execution; end: Promise<Scenario> }> {
	const suspended = await waitUntilSuspended(await begin(options));
	const end = server.n8n
		.waitUntilFinished(suspended.id, TIMEOUT_SECONDS)
		.then((done) => ({ suspended, done }));
	return { suspended, end };
}

/** Runs Get Status for one job in the same workflow. */
async function startGetStatus(name: string, uuid: string, options: object = {}) {
	const parameters = { operation: 'getStatus', videoId: '={{ $json.prompt }}', options };
	return await startScenario({ name, prompts: [uuid], parameters });
}

/** Sends a request to a webhook that responds after the last node. @returns the response */
async function requestLastNode(): Promise<unknown> {
	const workflow = promptsWorkflow({
		...{ name: 'last-node', prompts: ['last-node 1'], parameters: DURABLE },
		responseMode: 'lastNode',
	});
	await server.n8n.publish(await server.n8n.importWorkflow(workflow));
	return await (await fetch(`${server.n8n.url}/webhook/last-node`, { method: 'POST' })).json();
}

/** Starts all scenarios one after another and waits for all of them. */
async function runAll() {
	const prompts = (name: string) => ['1', '2', '3'].map((number) => `${name} ${number}`);
	const batch = await startScenario({
		...{ name: 'batch', prompts: prompts('batch') },
		parameters: { downloadVideo: true },
	});
	const withFailure = async (name: string, settings = {}) => {
		await server.sandbox.settings({ failNext: 1 });
		return await startScenario({ name, prompts: prompts(name), parameters: {}, settings });
	};
	const failed = await withFailure('failed');
	const continued = await withFailure('continued', { onError: 'continueRegularOutput' });
	const errorOutput = await withFailure('error-output', { onError: 'continueErrorOutput' });
	// One request is rejected until its retries are used up; the others are accepted.
	const fault = { kind: 'error' as const, code: 5000 };
	await server.sandbox.fault({ endpoint: 'generate', match: 'rejected 2', times: 2, fault });
	const rejected = await startScenario({
		...{ name: 'rejected', prompts: prompts('rejected') },
		parameters: { options: { maxRetries: 1 } },
	});
	const retried = server.n8n.retryExecution(rejected.suspended.id);
	const long = await server.sandbox.createJob({ jobSeconds: 3600 });
	const timedOut = await startGetStatus('timed-out', long, { timeout: 66, onTimeout: 'continue' });
	const late = await startGetStatus('late', long, { timeout: 66 });
	const ready = await startGetStatus(
		'ready',
		await server.sandbox.createJob({ status: 'completed' }),
	);
	const pending = await startGetStatus(
		'pending',
		await server.sandbox.createJob({ jobSeconds: 30 }),
	);
	const response = await requestLastNode();
	const canceled = await startScenario({
		name: 'canceled',
		prompts: prompts('canceled'),
		parameters: {},
	});
	const canceledAt = Date.now();
	await server.n8n.stopExecution(canceled.suspended.id);
	const running = await server.n8n.executions({ status: ['running'] });
	return {
		...{ running, canceledAt, response, retried: await retried },
		batch: await batch.end,
		failed: await failed.end,
		rejected: await rejected.end,
		continued: await continued.end,
		errorOutput: await errorOutput.end,
		timedOut: await timedOut.end,
		late: await late.end,
		ready: await ready.end,
		pending: await pending.end,
		canceled: await canceled.end,
	};
}

/** The jobs of a scenario, sorted by prompt. */
async function jobsOf(name: string) {
	const { jobs } = await server.sandbox.state();
	const own = jobs.filter(({ prompt }) => prompt.startsWith(`${name} `));
	return own.sort((a, b) => a.prompt.localeCompare(b.prompt));
}

const jsonOf = (execution: Execution, node: string, output = 0) =>
	execution.itemsOf(node, output).map(({ json }) => json);

test("a suspended execution has the status waiting and doesn't run", () => {
	const { running, batch, failed, pending } = scenarios;
	for (const { suspended } of [batch, failed, pending]) expect(suspended.status).toBe('waiting');
	expect(running).toEqual([]);
});

test('a suspended execution already contains its video IDs', async () => {
	const uuids = (await jobsOf('batch')).map(({ uuid }) => uuid);
	expect(jsonOf(scenarios.batch.suspended, VEO).map(({ uuid }) => uuid)).toEqual(uuids);
});

test('the next node receives each URL and file in the right item', async () => {
	const { done } = scenarios.batch;
	expect(done.problem).toBe('Result: success');
	const jobs = await jobsOf('batch');
	expect(jobs).toHaveLength(3);
	expect(jsonOf(done, RESULT)).toEqual(
		jobs.map(({ prompt, videoUrl }) => ({ sourcePrompt: prompt, videoUrl })),
	);
	// One status check for the estimate, one when the video is ready.
	expect(jobs.map(({ pollCount }) => pollCount)).toEqual([2, 2, 2]);
	const items = done.itemsOf(VEO);
	for (const [index, { uuid, prompt }] of jobs.entries()) {
		const { json, binary } = items[index] ?? {};
		expect(json).toMatchObject({ uuid, prompt, status: 'completed', polls: 2 });
		expect(json?.waitedSeconds).toBeGreaterThanOrEqual(66);
		expect(binary?.data).toMatchObject({ fileName: `${uuid}.mp4`, mimeType: 'video/mp4' });
		const file = await server.n8n.binary(String(binary?.data?.id));
		expect(file.toString('latin1', 4, 8)).toBe('ftyp');
	}
});

test('a webhook that responds after the last node responds when the execution is suspended', async () => {
	const [job] = await jobsOf('last-node');
	expect(scenarios.response).toMatchObject({ uuid: job?.uuid, videoUrl: null });
});

test('a failed video stops the node with an error that contains its ID', async () => {
	const { done } = scenarios.failed;
	expect(done.status).toBe('error');
	const failures = (await jobsOf('failed')).filter(({ status }) => status === 'failed');
	expect(failures).toHaveLength(1);
	expect(done.problem).toContain(failures[0]?.uuid);
	for (const { uuid } of await jobsOf('failed')) expect(done.problem).toContain(uuid);
});

test('a retry reuses the videos submitted before the error, and suspends the execution', async () => {
	const { rejected, retried } = scenarios;
	expect(rejected.done.status).toBe('error');
	expect(retried.problem).toBe('Result: success');
	const jobs = await jobsOf('rejected');
	expect(jobs).toHaveLength(3);
	expect(jsonOf(retried, RESULT)).toEqual(
		jobs.map(({ prompt, videoUrl }) => ({ sourcePrompt: prompt, videoUrl })),
	);
});

test('with On Error: Continue, the failed item contains the error', async () => {
	const { done } = scenarios.continued;
	expect(done.problem).toBe('Result: success');
	const jobs = await jobsOf('continued');
	const expected = jobs.map(({ uuid, status, prompt }) =>
		status === 'completed'
			? expect.objectContaining({ uuid, status })
			: {
					...{ error: expect.stringContaining(uuid), uuid, status: 'failed', prompt },
					...{ generationType: 'text_to_video', aspectRatio: 'auto' },
					details: expect.objectContaining({ uuid }),
				},
	);
	expect(jsonOf(done, VEO)).toEqual(expected);
	expect(jobs.filter(({ status }) => status === 'failed')).toHaveLength(1);
});

test("n8n's error output receives the failed item", async () => {
	const { done } = scenarios.errorOutput;
	const jobs = await jobsOf('error-output');
	const uuidsOf = (status: string) =>
		jobs.filter((job) => job.status === status).map(({ uuid }) => uuid);
	expect(jsonOf(done, VEO).map(({ uuid }) => uuid)).toEqual(uuidsOf('completed'));
	const [error, ...more] = jsonOf(done, VEO, 1);
	expect(more).toEqual([]);
	expect(error?.error).toContain(uuidsOf('failed')[0]);
});

test('a timeout returns the item or throws an error, depending on On Timeout', () => {
	const { timedOut, late } = scenarios;
	expect(jsonOf(timedOut.done, VEO)).toEqual([expect.objectContaining({ status: 'timedOut' })]);
	expect(late.done.status).toBe('error');
	expect(late.done.problem).toMatch(/wasn't ready after \d+ seconds/);
});

test('Get Status waits for a pending video, but not for a completed one', () => {
	const { pending, ready } = scenarios;
	expect(ready.suspended.status).not.toBe('waiting');
	for (const { done } of [ready, pending]) {
		expect(jsonOf(done, VEO)).toEqual([expect.objectContaining({ status: 'completed' })]);
	}
});

test('after Stop there are no further status checks', async () => {
	const { canceled, canceledAt } = scenarios;
	expect(canceled.done.status).toBe('canceled');
	const uuids = (await jobsOf('canceled')).map(({ uuid }) => uuid);
	expect(uuids).toHaveLength(3);
	// By now the sub-workflow has had its next poll cycle.
	const children = await server.n8n.executionsOf('canceled');
	const states = await Promise.all(
		children.map(async (id) => await server.n8n.waitUntilFinished(id)),
	);
	expect(states.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
	const statusChecks = await server.sandbox.journal({ endpoint: 'status' });
	const late = statusChecks.filter(({ uuid, at }) => uuids.includes(uuid ?? '') && at > canceledAt);
	expect(late).toEqual([]);
	for (const uuid of uuids) expect(server.n8n.log()).toContain(uuid);
});
