import type { INode, INodeExecutionData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { createRunExecutionData, NodeHelpers } from 'n8n-workflow';
import { json, useEngine } from '../harness/setup';
import type { VeoCredential } from '../harness/veoEngine';

/**
 * The node's own part of a durable wait: it validates the settings, passes its jobs to a sub-workflow,
 * and runs a poll cycle there. These tests simulate n8n, which suspends and resumes the executions;
 * test/e2e/durable.test.ts uses a real server.
 */
const setup = useEngine({ jobSeconds: 0.3 });
const DURABLE = { waitForCompletion: true, waitMode: 'durable' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];
/** A sub-workflow that the node started, with its input. */
interface WaitWorkflow {
	nodes: INode[];
	items: INodeExecutionData[];
}

const isWaitWorkflow = (nodes: INode[]) => nodes.some(({ name }) => name === 'Check Status');

/** Simulates n8n: records each wait workflow and suspends its execution; the check before it ends. */
function suspending(started: WaitWorkflow[]): { executeWorkflow: ExecuteWorkflow } {
	return {
		executeWorkflow: async ({ code }, _, { inputData = [] }) => {
			const nodes = code?.nodes ?? [];
			if (!isWaitWorkflow(nodes)) return { executionId: '2', data: [await setup.runStep(nodes)] };
			started.push({ nodes, items: inputData });
			return { executionId: '2', data: [null], waitTill: new Date() };
		},
	};
}

/** Runs the node in the sub-workflow, as n8n does after each wait. */
async function runPollCycle(
	{ nodes, items }: WaitWorkflow,
	parent = createRunExecutionData(),
	credential?: VeoCredential,
) {
	const checkStatus = nodes.find(({ name }) => name === 'Check Status');
	if (!checkStatus) throw new Error("The sub-workflow has no node 'Check Status'");
	return await setup.run(checkStatus.parameters, {
		items,
		settings: { onError: checkStatus.onError },
		additionalData: { getRunExecutionData: async () => parent },
		...(credential && { credential }),
	});
}

/** Simulates an n8n that can't start the wait. */
const withoutSubWorkflows: ExecuteWorkflow = async ({ code }) => {
	const nodes = code?.nodes ?? [];
	if (isWaitWorkflow(nodes)) throw new Error('sub-workflows are disabled');
	return { executionId: '2', data: [await setup.runStep(nodes)] };
};

const waitSecondsOf = (items: INodeExecutionData[]) =>
	items.map(({ json: item }) => Number(item.waitSeconds));

it.each([
	['generate', { options: { timeout: 65 } }, "'Timeout' must be at least 66 seconds"],
	[
		'getStatus',
		{ options: { timeout: 65 }, videoId: 'x' },
		"'Timeout' must be at least 66 seconds",
	],
	['generate', { waitMode: 'someday' }, `'Wait Mode' can't be "someday"`],
])('%s rejects %j before anything is sent', async (operation, parameters, message) => {
	const prompt = 'A kite';
	const { error } = await setup.run({ operation, prompt, ...DURABLE, ...parameters });
	expect(error?.message).toContain(message);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('rejects a durable wait if n8n does not save the execution', async () => {
	const { error } = await setup.run(
		{ prompt: 'A kite', ...DURABLE },
		{ additionalData: { executionId: undefined } },
	);
	expect(error?.message).toContain(
		"'Wait Mode' can't be set to 'Durable': this execution isn't saved",
	);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('passes all items in input order, and each poll cycle checks those that are not done', async () => {
	const started: WaitWorkflow[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const parameters = { prompt: '={{ $json.prompt }}', ...DURABLE, downloadVideo: true };
	const suspended = await setup.run(parameters, {
		items: json({ prompt: 'one' }, { prompt: '' }, { prompt: 'three' }),
		settings: { onError: 'continueRegularOutput' },
		additionalData: suspending(started),
	});
	expect(
		suspended.items.map(({ json: { status, errorMessage } }) => status ?? errorMessage),
	).toEqual(['pending', expect.stringContaining("'Prompt' is empty"), 'pending']);
	const [first] = started;
	if (!first) throw new Error('No sub-workflow was started');
	expect(first.nodes.map(({ name }) => name)).toEqual(['Start', 'Wait', 'Check Status', 'Note']);
	expect(Math.min(...waitSecondsOf(first.items))).toBeGreaterThanOrEqual(66);
	expect(JSON.stringify(started)).not.toContain(setup.sandbox.key);

	const pending = await runPollCycle(first);
	expect(pending.outputs[0]).toEqual([]);
	const waiting = pending.outputs[1] ?? [];
	expect(waiting).toHaveLength(3);
	expect(Math.min(...waitSecondsOf(waiting))).toBeGreaterThanOrEqual(66);

	await setup.sandbox.fault({
		endpoint: 'status',
		match: String(suspended.items[2]?.json.uuid),
		fault: { kind: 'patch', data: { status: 'failed', errorMessage: 'no reason' } },
	});
	await setup.sandbox.fault({
		endpoint: 'status',
		match: String(suspended.items[0]?.json.uuid),
		fault: {
			kind: 'patch',
			data: { status: 'completed', videoUrl: `${setup.sandbox.origin}/videos/none.mp4` },
		},
	});
	const done = await runPollCycle({ ...first, items: waiting });
	expect(done.outputs[1]).toEqual([]);
	expect(done.items.map(({ json: { error } }) => error)).toEqual([
		expect.stringContaining("couldn't be downloaded"),
		expect.stringContaining("'Prompt' is empty"),
		expect.stringContaining("couldn't be generated: no reason"),
	]);
	expect(done.items.map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2].map((item) => ({ item })),
	);
	expect(done.items[2]?.json).toMatchObject({
		...{ uuid: suspended.items[2]?.json.uuid, status: 'failed' },
		...{ prompt: 'three', generationType: 'text_to_video', aspectRatio: 'auto' },
	});
});

it.each([
	['manual', 2],
	['webhook', 1],
] as const)('the wait is checked before two %s executions %i times', async (mode, count) => {
	let probes = 0;
	const executeWorkflow: ExecuteWorkflow = async ({ code }) => {
		const nodes = code?.nodes ?? [];
		if (isWaitWorkflow(nodes)) return { executionId: '2', data: [null], waitTill: new Date() };
		probes++;
		return { executionId: '2', data: [await setup.runStep(nodes)] };
	};
	const parameters = { prompt: 'A kite', ...DURABLE };
	for (const prompts of [1, 2]) {
		const items = prompts === 1 ? json({}) : json({}, {});
		await setup.run(parameters, { mode, items, additionalData: { executeWorkflow } });
	}
	expect(probes).toBe(count);
});

it('Retry On Fail starts no second wait if the first item failed', async () => {
	const started: WaitWorkflow[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const { items } = await setup.run(
		{ prompt: '={{ $json.prompt }}', ...DURABLE },
		{
			items: json({ prompt: '' }, { prompt: 'two' }),
			settings: { ...RETRY, onError: 'continueRegularOutput' },
			additionalData: suspending(started),
		},
	);
	expect(started).toHaveLength(1);
	expect(await setup.calls('generate')).toHaveLength(1);
	expect(items.map(({ json: { status, errorMessage } }) => status ?? errorMessage)).toEqual([
		expect.stringContaining("'Prompt' is empty"),
		'pending',
	]);
	expect(started[0]?.items[0]?.json.done).toMatchObject({
		error: expect.stringContaining("'Prompt' is empty"),
	});
});

it('a wait that does not start returns error items with the IDs, not the input items', async () => {
	const additionalData = { executeWorkflow: withoutSubWorkflows };
	const { items } = await setup.run(
		{ prompt: '={{ $json.prompt }}', ...DURABLE },
		{
			items: json({ prompt: 'one' }, { prompt: 'two' }),
			settings: { onError: 'continueRegularOutput' },
			additionalData,
		},
	);
	const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
	expect(items.map(({ json: { error } }) => error)).toEqual(
		Array(2).fill(expect.stringContaining('sub-workflows are disabled')),
	);
	expect(items.map(({ json: { uuid } }) => uuid).sort()).toEqual(uuids.sort());
});

it('the error that ends a wait contains the IDs of the videos that were ready before', async () => {
	const started: WaitWorkflow[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const { items } = await setup.run(
		{ prompt: '={{ $json.prompt }}', ...DURABLE },
		{ items: json({ prompt: 'one' }, { prompt: 'two' }), additionalData: suspending(started) },
	);
	const [ready, failed] = items.map(({ json: { uuid } }) => String(uuid));
	const patch = async (match = '', data: object) =>
		await setup.sandbox.fault({
			endpoint: 'status',
			match,
			fault: { kind: 'patch', data: { ...data } },
		});
	await patch(ready, { status: 'completed', videoUrl: `${setup.sandbox.origin}/videos/a.mp4` });
	const [first] = started;
	if (!first) throw new Error('No sub-workflow was started');
	const pending = await runPollCycle(first);
	await patch(failed, { status: 'failed', errorMessage: 'no reason' });
	const { error } = await runPollCycle({ ...first, items: pending.outputs[1] ?? [] });
	expect(error?.message).toContain(failed);
	expect(error?.description).toContain(ready);
});

describe('a poll cycle without a valid credential', () => {
	const credential = { apiKey: '', baseUrl: 'https://veo.test/api' };

	async function suspended(onError: INode['onError']) {
		const started: WaitWorkflow[] = [];
		await setup.sandbox.settings({ jobSeconds: 600 });
		const { items } = await setup.run(
			{ prompt: '={{ $json.prompt }}', ...DURABLE },
			{
				items: json({ prompt: 'one' }, { prompt: onError === 'stopWorkflow' ? 'two' : '' }),
				settings: { onError },
				additionalData: suspending(started),
			},
		);
		const [first] = started;
		if (!first) throw new Error('No sub-workflow was started');
		return { items, cycle: await runPollCycle(first, undefined, credential) };
	}

	it('ends with an error that contains the IDs', async () => {
		const { items, cycle } = await suspended('stopWorkflow');
		expect(cycle.error?.message).toBe("'API Key' is missing in the credential");
		for (const { json: item } of items) expect(cycle.error?.description).toContain(item.uuid);
	});

	it('with On Error: Continue, returns the IDs in the items, and those that were final', async () => {
		const { items, cycle } = await suspended('continueRegularOutput');
		expect(cycle.items.map(({ json: item }) => item)).toEqual([
			expect.objectContaining({
				...{ error: "'API Key' is missing in the credential", uuid: items[0]?.json.uuid },
				prompt: 'one',
			}),
			expect.objectContaining({ error: expect.stringContaining("'Prompt' is empty") }),
		]);
	});
});

it('a failed item has no other fields than error and details if it goes to the error output', async () => {
	const started: WaitWorkflow[] = [];
	await setup.sandbox.settings({ failNext: 1, jobSeconds: 0.1 });
	await setup.run(
		{ prompt: 'A kite', ...DURABLE },
		{ settings: { onError: 'continueErrorOutput' }, additionalData: suspending(started) },
	);
	const [first] = started;
	if (!first) throw new Error('No sub-workflow was started');
	await new Promise((resolve) => setTimeout(resolve, 200));
	const { items } = await runPollCycle(first);
	expect(items.map(({ json: item }) => Object.keys(item))).toEqual([['error', 'details']]);
});

it('the sub-workflow is laid out from left to right, without issues, and explained by a note', async () => {
	const started: WaitWorkflow[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const items = json(...Array.from({ length: 12 }, () => ({})));
	await setup.run({ prompt: 'A kite', ...DURABLE }, { items, additionalData: suspending(started) });
	const [start, wait, checkStatus, note] = started[0]?.nodes ?? [];
	const xs = [start, wait, checkStatus].map((node) => node?.position[0] ?? NaN);
	// n8n draws a node 96 wide
	expect([xs[1], xs[2]].map((x, index) => Number(x) - Number(xs[index]) > 150)).toEqual([
		true,
		true,
	]);
	if (!checkStatus) throw new Error("The sub-workflow has no node 'Check Status'");
	const { description } = setup.engine;
	const parameters = NodeHelpers.getNodeParameters(
		...([description.properties, checkStatus.parameters, true, false] as const),
		...([checkStatus, description] as const),
	);
	const complete = { ...checkStatus, parameters: parameters ?? {} };
	expect(NodeHelpers.getNodeParametersIssues(description.properties, complete, description)).toBe(
		null,
	);
	expect(note?.type).toBe('n8n-nodes-base.stickyNote');
	const { content, height } = note?.parameters ?? {};
	expect(content).toMatch(
		/\*\*Veo 3\.1\*\* of the workflow \*\*Harness\*\* waits here for these 12/,
	);
	expect(content).toContain('and 2 more');
	expect(Number(note?.position[1]) + Number(height)).toBeLessThan(0);
});

it('a retry reuses the videos, and submits again only one that failed in the meantime', async () => {
	const started: WaitWorkflow[] = [];
	const parameters = { prompt: '={{ $json.prompt }}', ...DURABLE };
	const items = json({ prompt: 'one' }, { prompt: 'two [fail]' });
	await setup.sandbox.settings({ jobSeconds: 1 });
	const additionalData = { executeWorkflow: withoutSubWorkflows };
	const failed = await setup.run(parameters, { items, additionalData });
	const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
	expect(failed.error?.message).toContain(
		"n8n couldn't start the durable wait: sub-workflows are disabled",
	);
	for (const uuid of uuids) expect(failed.error?.description).toContain(uuid);

	await new Promise((resolve) => setTimeout(resolve, 1_100));
	await setup.sandbox.settings({ jobSeconds: 600 });
	await setup.run(parameters, {
		items,
		retryOf: failed.executionData,
		additionalData: suspending(started),
	});
	const prompts = (await setup.sandbox.state()).jobs.map(({ prompt }) => prompt).sort();
	expect(prompts).toEqual(['one', 'two [fail]', 'two [fail]']);
	const [one, two] = started[0]?.items ?? [];
	expect(one?.json.done).toMatchObject({ uuid: expect.any(String), status: 'completed' });
	expect(two?.json.wait).toMatchObject({ job: { status: 'pending' } });
});

it('does not suspend the execution for a completed video', async () => {
	const videoId = await setup.sandbox.createJob({ status: 'completed' });
	const started: WaitWorkflow[] = [];
	const { items } = await setup.run(
		{ operation: 'getStatus', videoId, ...DURABLE },
		{ additionalData: suspending(started) },
	);
	expect(started).toEqual([]);
	expect(items).toEqual([
		expect.objectContaining({ json: expect.objectContaining({ status: 'completed', polls: 1 }) }),
	]);
});

describe('a poll cycle whose parent contains an error', () => {
	/** Suspends an execution, and checks its video once. */
	async function checkOnce(message: string) {
		const started: WaitWorkflow[] = [];
		await setup.sandbox.settings({ jobSeconds: 600 });
		const parameters = { prompt: 'A kite', ...DURABLE };
		const { items } = await setup.run(parameters, { additionalData: suspending(started) });
		await setup.sandbox.clearJournal();
		const parent = createRunExecutionData();
		parent.waitTill = new Date();
		Object.assign(parent.resultData, { error: new Error(message) });
		const [first] = started;
		if (!first) throw new Error('No sub-workflow was started');
		return { uuid: items[0]?.json.uuid, cycle: await runPollCycle(first, parent) };
	}

	it('sends nothing and ends as canceled if the parent was canceled', async () => {
		const { uuid, cycle } = await checkOnce('The execution was cancelled manually');
		expect(cycle.run.status).toBe('canceled');
		expect(cycle.error?.description).toContain(uuid);
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it("checks the video if n8n's recovery added the error, since n8n resumes the parent", async () => {
		const { cycle } = await checkOnce('Workflow did not finish, possible out-of-memory issue');
		expect(cycle.error).toBeUndefined();
		expect(await setup.calls('status')).toHaveLength(1);
	});
});

it('Stop during the first status check starts no wait', async () => {
	await setup.sandbox.settings({ jobSeconds: 600 });
	await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'slow', ms: 2000 } });
	const started: WaitWorkflow[] = [];
	const result = await setup.run(
		{ prompt: 'A kite', ...DURABLE },
		{
			additionalData: suspending(started),
			whenRunning: (cancel) => void setTimeout(cancel, 500),
		},
	);
	const [job] = (await setup.sandbox.state()).jobs;
	expect(result.run.status).toBe('canceled');
	expect(result.error?.description).toContain(job?.uuid);
	expect(started).toEqual([]);
});
