/**
 * `waitMode: durable` in the real n8n: the execution is parked in its database, no worker is held.
 * Each wait takes n8n a minute or more, so all of them go on at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, RESULT, VEO, type PromptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

/** A round takes n8n 66 s and up to a minute more. */
const END_SECONDS = 400;
const DURABLE = { waitForCompletion: true, waitMode: 'durable' };

let server: Server;
let stories: Awaited<ReturnType<typeof tellAll>>;

beforeAll(async () => {
	server = await startServer({ jobSeconds: 5, credits: 1000 });
	stories = await tellAll();
});

afterAll(async () => await server?.end());

interface Story {
	/** Once it was parked; also over, if it never was. */
	parked: Execution;
	done: Execution;
}

/** Imports a workflow with a durable wait and starts it. @returns the execution's id */
async function begin(options: PromptsWorkflow): Promise<string> {
	const parameters = { ...DURABLE, ...options.parameters };
	return await server.n8n.begin(
		await server.n8n.importWorkflow(promptsWorkflow({ ...options, parameters })),
	);
}

async function untilParked(id: string): Promise<Execution> {
	for (;;) {
		const execution = await server.n8n.execution(id);
		if (execution.status === 'waiting' || execution.isFinished) return execution;
		await sleep(200);
	}
}

/** Runs a workflow to its end; told in two steps, so that others can be begun meanwhile. */
async function tell(options: PromptsWorkflow): Promise<{ parked: Execution; end: Promise<Story> }> {
	const parked = await untilParked(await begin(options));
	const end = server.n8n.waitUntilFinished(parked.id, END_SECONDS).then((done) => ({ parked, done }));
	return { parked, end };
}

/** Get Status of one job, by the same workflow. */
async function watch(name: string, uuid: string, options: object = {}) {
	const parameters = { operation: 'getStatus', videoId: '={{ $json.prompt }}', options };
	return await tell({ name, prompts: [uuid], parameters });
}

/** Calls a webhook that answers when the last node has ended. @returns what it answers */
async function callAndWait(): Promise<unknown> {
	const workflow = promptsWorkflow({
		...{ name: 'answered', prompts: ['answered 1'], parameters: DURABLE },
		responseMode: 'lastNode',
	});
	await server.n8n.publish(await server.n8n.importWorkflow(workflow));
	return await (await fetch(`${server.n8n.url}/webhook/answered`, { method: 'POST' })).json();
}

/** All stories, begun one after another and ended together. */
async function tellAll() {
	const prompts = (name: string) => ['1', '2', '3'].map((number) => `${name} ${number}`);
	const batch = await tell({
		...{ name: 'batch', prompts: prompts('batch') },
		parameters: { downloadVideo: true },
	});
	const withFailure = async (name: string, settings = {}) => {
		await server.sandbox.settings({ failNext: 1 });
		return await tell({ name, prompts: prompts(name), parameters: {}, settings });
	};
	const failed = await withFailure('failed');
	const keptOn = await withFailure('kept-on', { onError: 'continueRegularOutput' });
	const errorOutput = await withFailure('error-output', { onError: 'continueErrorOutput' });
	// refused until the node gives up on it, while the others are accepted
	const fault = { kind: 'error' as const, code: 5000 };
	await server.sandbox.fault({ endpoint: 'generate', match: 'refused 2', times: 2, fault });
	const refused = await tell({
		...{ name: 'refused', prompts: prompts('refused') },
		parameters: { options: { maxRetries: 1 } },
	});
	const retried = server.n8n.retryExecution(refused.parked.id);
	const long = await server.sandbox.createJob({ jobSeconds: 3600 });
	const timedOut = await watch('timed-out', long, { timeout: 66, onTimeout: 'continue' });
	const late = await watch('late', long, { timeout: 66 });
	const ready = await watch('ready', await server.sandbox.createJob({ status: 'completed' }));
	const watched = await watch('watched', await server.sandbox.createJob({ jobSeconds: 30 }));
	const answered = await callAndWait();
	const stopped = await tell({ name: 'stopped', prompts: prompts('stopped'), parameters: {} });
	const stoppedAt = Date.now();
	await server.n8n.stopExecution(stopped.parked.id);
	const running = await server.n8n.executions({ status: ['running'] });
	return {
		...{ running, stoppedAt, answered, retried: await retried },
		batch: await batch.end,
		failed: await failed.end,
		refused: await refused.end,
		keptOn: await keptOn.end,
		errorOutput: await errorOutput.end,
		timedOut: await timedOut.end,
		late: await late.end,
		ready: await ready.end,
		watched: await watched.end,
		stopped: await stopped.end,
	};
}

/** The jobs that were ordered for a story, in the order of its prompts. */
async function jobsOf(name: string) {
	const { jobs } = await server.sandbox.state();
	const own = jobs.filter(({ prompt }) => prompt.startsWith(`${name} `));
	return own.sort((a, b) => a.prompt.localeCompare(b.prompt));
}

const jsonOf = (execution: Execution, node: string, output = 0) =>
	execution.itemsOf(node, output).map(({ json }) => json);

test('while they are parked, no execution is running', () => {
	const { running, batch, failed, watched } = stories;
	for (const { parked } of [batch, failed, watched]) expect(parked.status).toBe('waiting');
	expect(running).toEqual([]);
});

test('a parked execution shows its videos already', async () => {
	const uuids = (await jobsOf('batch')).map(({ uuid }) => uuid);
	expect(jsonOf(stories.batch.parked, VEO).map(({ uuid }) => uuid)).toEqual(uuids);
});

test('the next node receives the URLs and files, each in the right item', async () => {
	const { done } = stories.batch;
	expect(done.problem).toBe('Result: success');
	const jobs = await jobsOf('batch');
	expect(jobs).toHaveLength(3);
	expect(jsonOf(done, RESULT)).toEqual(
		jobs.map(({ prompt, videoUrl }) => ({ askedFor: prompt, videoUrl })),
	);
	// one for the estimate, one when it is ready
	expect(jobs.map(({ looks }) => looks)).toEqual([2, 2, 2]);
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

test('a webhook that answers at the end answers when the execution is parked', async () => {
	const [job] = await jobsOf('answered');
	expect(stories.answered).toMatchObject({ uuid: job?.uuid, videoUrl: null });
});

test('a video that cannot be made ends the node with an error that names it', async () => {
	const { done } = stories.failed;
	expect(done.status).toBe('error');
	const failures = (await jobsOf('failed')).filter(({ status }) => status === 'failed');
	expect(failures).toHaveLength(1);
	expect(done.problem).toContain(failures[0]?.uuid);
	for (const { uuid } of await jobsOf('failed')) expect(done.problem).toContain(uuid);
});

test('a retry picks up what was ordered before the error, and parks it', async () => {
	const { refused, retried } = stories;
	expect(refused.done.status).toBe('error');
	expect(retried.problem).toBe('Result: success');
	const jobs = await jobsOf('refused');
	expect(jobs).toHaveLength(3);
	expect(jsonOf(retried, RESULT)).toEqual(
		jobs.map(({ prompt, videoUrl }) => ({ askedFor: prompt, videoUrl })),
	);
});

test('with On Error: Continue its item is the error, among the others', async () => {
	const { done } = stories.keptOn;
	expect(done.problem).toBe('Result: success');
	const jobs = await jobsOf('kept-on');
	const expected = jobs.map(({ uuid, status }) =>
		status === 'completed'
			? expect.objectContaining({ uuid, status })
			: { error: expect.stringContaining(uuid), details: expect.objectContaining({ uuid }) },
	);
	expect(jsonOf(done, VEO)).toEqual(expected);
	expect(jobs.filter(({ status }) => status === 'failed')).toHaveLength(1);
});

test("n8n's error output recognises it", async () => {
	const { done } = stories.errorOutput;
	const jobs = await jobsOf('error-output');
	const uuidsOf = (status: string) =>
		jobs.filter((job) => job.status === status).map(({ uuid }) => uuid);
	expect(jsonOf(done, VEO).map(({ uuid }) => uuid)).toEqual(uuidsOf('completed'));
	const [error, ...more] = jsonOf(done, VEO, 1);
	expect(more).toEqual([]);
	expect(error?.error).toContain(uuidsOf('failed')[0]);
});

test('a wait that times out goes on or is an error, as wanted', () => {
	const { timedOut, late } = stories;
	expect(jsonOf(timedOut.done, VEO)).toEqual([expect.objectContaining({ status: 'timedOut' })]);
	expect(late.done.status).toBe('error');
	expect(late.done.problem).toMatch(/was not ready after \d+ seconds/);
});

test('Get Status waits for a video, and does not wait for one that is ready', () => {
	const { watched, ready } = stories;
	expect(ready.parked.status).not.toBe('waiting');
	for (const { done } of [ready, watched]) {
		expect(jsonOf(done, VEO)).toEqual([expect.objectContaining({ status: 'completed' })]);
	}
});

test('after Stop nothing is looked at any more', async () => {
	const { stopped, stoppedAt } = stories;
	expect(stopped.done.status).toBe('canceled');
	const uuids = (await jobsOf('stopped')).map(({ uuid }) => uuid);
	expect(uuids).toHaveLength(3);
	// the sub-workflow's own round has come by now
	const children = await server.n8n.executionsOf('stopped');
	const states = await Promise.all(children.map(async (id) => await server.n8n.waitUntilFinished(id)));
	expect(states.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
	const looks = await server.sandbox.journal({ endpoint: 'status' });
	const late = looks.filter(({ uuid, at }) => uuids.includes(uuid ?? '') && at > stoppedAt);
	expect(late).toEqual([]);
	for (const uuid of uuids) expect(server.n8n.log()).toContain(uuid);
});
