import type { INode, INodeExecutionData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import { json, useEngine } from '../harness/setup';

/**
 * What the node itself does of a durable wait: it refuses what cannot work, hands its jobs to a
 * sub-workflow, and does a round there. How n8n parks and resumes both is shown in the real server
 * (test/e2e/durable.test.ts); here its part is played by the test.
 */
const setup = useEngine({ jobSeconds: 0.3 });
const DURABLE = { waitForCompletion: true, waitMode: 'durable' };

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];
interface HandedOver {
	nodes: INode[];
	items: INodeExecutionData[];
}

/** n8n as it parks a sub-workflow. */
function parking(handedOver: HandedOver[]): { executeWorkflow: ExecuteWorkflow } {
	return {
		executeWorkflow: async ({ code }, _, { inputData = [] }) => {
			handedOver.push({ nodes: code?.nodes ?? [], items: inputData });
			return { executionId: '2', data: [null], waitTill: new Date() };
		},
	};
}

/** Runs the node in the sub-workflow, as n8n does after each wait. */
async function round({ nodes, items }: HandedOver, parent = createRunExecutionData()) {
	const look = nodes.find(({ name }) => name === 'Look');
	if (!look) throw new Error('The sub-workflow has no node that looks');
	return await setup.run(look.parameters, {
		items,
		settings: { onError: look.onError },
		additionalData: { getRunExecutionData: async () => parent },
	});
}

const waitSecondsOf = (items: INodeExecutionData[]) =>
	items.map(({ json: item }) => Number(item.waitSeconds));

it.each([
	['generate', { options: { timeout: 65 } }, "'Timeout' must be at least 66 seconds"],
	[
		'getStatus',
		{ options: { timeout: 65 }, videoId: 'x' },
		"'Timeout' must be at least 66 seconds",
	],
	['generate', { waitMode: 'someday' }, "'Wait Mode' cannot be 'someday'"],
])('%s refuses %j before it sends anything', async (operation, parameters, message) => {
	const prompt = 'A kite';
	const { error } = await setup.run({ operation, prompt, ...DURABLE, ...parameters });
	expect(error?.message).toContain(message);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('refuses where n8n does not save the execution', async () => {
	const { error } = await setup.run(
		{ prompt: 'A kite', ...DURABLE },
		{ additionalData: { executionId: undefined } },
	);
	expect(error?.message).toContain('n8n does not save this execution');
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('hands over all items in order, of which each round looks at those that have not ended', async () => {
	const handedOver: HandedOver[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const parameters = { prompt: '={{ $json.prompt }}', ...DURABLE, downloadVideo: true };
	const shown = await setup.run(parameters, {
		items: json({ prompt: 'one' }, { prompt: '' }, { prompt: 'three' }),
		settings: { onError: 'continueRegularOutput' },
		additionalData: parking(handedOver),
	});
	expect(shown.items.map(({ json: { status, error } }) => status ?? error)).toEqual([
		'pending',
		expect.stringContaining("'Prompt' is empty"),
		'pending',
	]);
	const [first] = handedOver;
	if (!first) throw new Error('Nothing was handed over');
	expect(Math.min(...waitSecondsOf(first.items))).toBeGreaterThanOrEqual(66);
	expect(JSON.stringify(handedOver)).not.toContain(setup.sandbox.key);

	const again = await round(first);
	expect(again.outputs[0]).toEqual([]);
	const waiting = again.outputs[1] ?? [];
	expect(waiting).toHaveLength(3);
	expect(Math.min(...waitSecondsOf(waiting))).toBeGreaterThanOrEqual(66);

	await setup.sandbox.fault({
		endpoint: 'status',
		match: String(shown.items[2]?.json.uuid),
		fault: { kind: 'patch', data: { status: 'failed', errorMessage: 'no reason' } },
	});
	await setup.sandbox.fault({
		endpoint: 'status',
		match: String(shown.items[0]?.json.uuid),
		fault: {
			kind: 'patch',
			data: { status: 'completed', videoUrl: `${setup.sandbox.origin}/videos/none.mp4` },
		},
	});
	const last = await round({ ...first, items: waiting });
	expect(last.outputs[1]).toEqual([]);
	expect(last.items.map(({ json: { error } }) => error)).toEqual([
		expect.stringContaining('could not be downloaded'),
		expect.stringContaining("'Prompt' is empty"),
		expect.stringContaining('could not be made: no reason'),
	]);
	expect(last.items.map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2].map((item) => ({ item })),
	);
});

it('a retry picks up the videos, and orders anew only one that failed meanwhile', async () => {
	const handedOver: HandedOver[] = [];
	const parameters = { prompt: '={{ $json.prompt }}', ...DURABLE };
	const items = json({ prompt: 'one' }, { prompt: 'two [fail]' });
	await setup.sandbox.settings({ jobSeconds: 1 });
	const n8nRefuses: { executeWorkflow: ExecuteWorkflow } = {
		executeWorkflow: async () => {
			throw new Error('sub-workflows are switched off');
		},
	};
	const failed = await setup.run(parameters, { items, additionalData: n8nRefuses });
	const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
	expect(failed.error?.message).toContain('n8n did not begin the durable wait');
	for (const uuid of uuids) expect(failed.error?.description).toContain(uuid);

	await new Promise((resolve) => setTimeout(resolve, 1_100));
	await setup.sandbox.settings({ jobSeconds: 600 });
	await setup.run(parameters, {
		items,
		retryOf: failed.executionData,
		additionalData: parking(handedOver),
	});
	const prompts = (await setup.sandbox.state()).jobs.map(({ prompt }) => prompt).sort();
	expect(prompts).toEqual(['one', 'two [fail]', 'two [fail]']);
	const [one, two] = handedOver[0]?.items ?? [];
	expect(one?.json.ended).toMatchObject({ uuid: expect.any(String), status: 'completed' });
	expect(two?.json.parked).toMatchObject({ job: { status: 'pending' } });
});

it('does not park what is ready already', async () => {
	const videoId = await setup.sandbox.createJob({ status: 'completed' });
	const { items } = await setup.run({ operation: 'getStatus', videoId, ...DURABLE });
	expect(items).toEqual([
		expect.objectContaining({ json: expect.objectContaining({ status: 'completed', polls: 1 }) }),
	]);
});

it('a round for a parent that was stopped looks at nothing and ends as canceled', async () => {
	const handedOver: HandedOver[] = [];
	await setup.sandbox.settings({ jobSeconds: 600 });
	const parameters = { prompt: 'A kite', ...DURABLE };
	const { items } = await setup.run(parameters, { additionalData: parking(handedOver) });
	await setup.sandbox.clearJournal();
	const stopped = createRunExecutionData();
	Object.assign(stopped.resultData, { error: new Error('The execution was cancelled') });
	const [first] = handedOver;
	if (!first) throw new Error('Nothing was handed over');
	const { run, error } = await round(first, stopped);
	expect(run.status).toBe('canceled');
	expect(error?.description).toContain(items[0]?.json.uuid);
	expect(await setup.sandbox.journal()).toEqual([]);
});
