import type { INode, INodeExecutionData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import { waitFor } from '../../scripts/lib/waitFor';
import { json, useEngine } from '../harness/setup';
import type { VeoExecution } from '../harness/veoEngine';

/**
 * The node's own part of a durable wait that ends on the API's callback: the wait starts first, its URL goes
 * into the requests, and it ends if nothing is left to wait for. These tests simulate n8n; test/e2e/
 * durableCallback.test.ts uses a real server.
 */
const setup = useEngine({ jobSeconds: 600 });
const URL_BASE = 'https://n8n.example.com/webhook-waiting';
const WAIT_ID = '2';
const NO_KEY = { apiKey: '', baseUrl: 'https://veo.test/api' };

const parameters = {
	prompt: '={{ $json.prompt }}',
	waitMode: 'durable',
	options: { callbackField: 'notify' },
};

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];

/** What n8n did with the sub-workflows. */
interface Simulation {
	/** The nodes of each wait workflow that has started. */
	started: INode[][];
	/** The items of each wait; none for one that ended without waiting. */
	waits: INodeExecutionData[][];
	additionalData: Partial<IWorkflowExecuteAdditionalData>;
}

/** Simulates n8n: runs the first node of a wait workflow, and suspends it if that returns items. */
function simulation(
	webhookWaitingBaseUrl = URL_BASE,
	more: Partial<VeoExecution> = {},
): Simulation {
	const started: INode[][] = [];
	const waits: INodeExecutionData[][] = [];
	const executeWorkflow: ExecuteWorkflow = async ({ code }, _, { inputData = [] }) => {
		const nodes = code?.nodes ?? [];
		if (!nodes.some(({ name }) => name === 'Check Status')) {
			return { executionId: WAIT_ID, data: [await setup.runStep(nodes, more)] };
		}
		started.push(nodes);
		const hold = nodes.find(({ name }) => name === 'Videos');
		const additionalData = { executionId: WAIT_ID, webhookWaitingBaseUrl };
		const items = hold ? await setup.runStep([hold], { additionalData }) : inputData;
		waits.push(items);
		const waitTill = items.length > 0 ? new Date() : undefined;
		return { executionId: WAIT_ID, data: [null], waitTill };
	};
	return { started, waits, additionalData: { webhookWaitingBaseUrl, executeWorkflow } };
}

const requests = async () => (await setup.calls('generate')).map(({ body }) => body);

it('sends the URL of the wait in the field, and checks no status before', async () => {
	const { additionalData, started, waits } = simulation();
	const items = json({ prompt: 'one' }, { prompt: 'two' });
	const suspended = await setup.run(parameters, { items, additionalData });
	expect(suspended.error).toBeUndefined();
	expect(started).toHaveLength(1);
	expect(started[0]?.map(({ name }) => name)).toEqual([
		...['Start', 'Videos', 'Wait', 'Check Status', 'Note'],
	]);
	const notify = expect.stringMatching(
		/^https:\/\/n8n\.example\.com\/webhook-waiting\/2\?signature=/,
	);
	expect(await requests()).toEqual([
		expect.objectContaining({ prompt: 'one', notify }),
		expect.objectContaining({ prompt: 'two', notify }),
	]);
	expect(await setup.calls('status')).toEqual([]);
	const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
	expect(waits[0]?.map(({ json: state }) => state)).toEqual(
		uuids.map((uuid) => ({
			waitSeconds: 120,
			wait: expect.objectContaining({ job: expect.objectContaining({ uuid }), polls: 0 }),
		})),
	);
});

it('ends the wait if no video was submitted', async () => {
	const { additionalData, waits } = simulation();
	await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'error', code: 1001 } });
	const { error } = await setup.run(parameters, { items: json({ prompt: 'x' }), additionalData });
	expect(error?.message).toContain('Not enough credits');
	expect(waits).toEqual([[]]);
});

it('ends the wait if the execution is canceled while it submits', async () => {
	const { additionalData, waits } = simulation();
	await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'hang' } });
	const { run } = await setup.run(parameters, {
		...{ items: json({ prompt: 'x' }), additionalData },
		whenRunning: (cancel) => void setTimeout(cancel, 700),
	});
	expect(run.status).toBe('canceled');
	// n8n does not await the node after it canceled the execution
	await waitFor(async () => waits.length > 0);
	expect(waits).toEqual([[]]);
});

it('without a public URL, starts no wait before the submission, and a hint says why', async () => {
	const credential = { apiKey: setup.sandbox.key, baseUrl: 'http://api.invalid' };
	const url = 'http://localhost:5678/webhook-waiting';
	const { additionalData, started } = simulation(url, { credential });
	const { items, run } = await setup.run(parameters, {
		...{ items: json({ prompt: 'one' }), additionalData, credential },
		settings: { onError: 'continueRegularOutput' },
	});
	const [task] = run.data.resultData.runData['Veo 3.1'] ?? [];
	expect(task?.hints?.[0]?.message).toMatch(
		/^'Callback URL Field' has no effect: n8n's URL is http:\/\/localhost:5678, .*Set N8N_WEBHOOK_URL/,
	);
	expect(items).toHaveLength(1);
	expect(started).toEqual([]);
});

it('without a wait that can start first, checks the status on a schedule', async () => {
	const { additionalData, waits } = simulation();
	const { executeWorkflow } = additionalData;
	if (!executeWorkflow) throw new Error('The simulation has no sub-workflows');
	const failing: ExecuteWorkflow = async (info, ...rest) => {
		const isHeld = info.code?.nodes.some(({ name }) => name === 'Videos');
		if (isHeld) throw new Error('too many executions');
		return await executeWorkflow(info, ...rest);
	};
	const result = await setup.run(parameters, {
		items: json({ prompt: 'one' }),
		additionalData: { ...additionalData, executeWorkflow: failing },
	});
	const [task] = result.run.data.resultData.runData['Veo 3.1'] ?? [];
	expect(task?.hints?.map(({ message }) => message)).toEqual([
		expect.stringContaining('has no effect: too many executions'),
		expect.stringContaining('1 video is ready'),
	]);
	expect(waits).toHaveLength(1);
	expect(await setup.calls('status')).toHaveLength(1);
	expect(await requests()).toEqual([expect.not.objectContaining({ notify: expect.anything() })]);
});

it.each(['prompt', 'imageUrl'])(
	'rejects the field %s, which the node uses itself',
	async (field) => {
		const options = { callbackField: field };
		const { error } = await setup.run(
			{ ...parameters, options },
			{ items: json({ prompt: 'x' }), additionalData: simulation().additionalData },
		);
		expect(error?.message).toBe(`'Callback URL Field' can't be '${field}'`);
		expect(await setup.sandbox.journal()).toEqual([]);
	},
);

/** Runs a poll cycle that a callback has resumed, after one that left these items. */
async function resumeByCallback(
	nodes: INode[],
	states: INodeExecutionData[],
	body: object,
	{ isSuspended = true, ...more }: Partial<VeoExecution> & { isSuspended?: boolean } = {},
) {
	const node = nodes.find(({ name }) => name === 'Check Status');
	if (!node) throw new Error("The sub-workflow has no node 'Check Status'");
	const earlier = createRunExecutionData();
	const run = { startTime: 0, executionTime: 0, executionIndex: 0, source: [] };
	earlier.resultData.runData[node.name] = [{ ...run, data: { main: [[], states] } }];
	const parent = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{ node, data: {}, source: null, metadata: { waitingChildExecutionIds: [WAIT_ID] } },
			],
		},
	});
	if (isSuspended) parent.waitTill = new Date();
	return await setup.run(node.parameters, {
		items: json({ headers: {}, query: {}, body }),
		...more,
		settings: { ...more.settings, name: node.name },
		retryOf: earlier,
		additionalData: { executionId: WAIT_ID, getRunExecutionData: async () => parent },
	});
}

describe('a callback', () => {
	let simulated: Simulation;
	let uuids: string[];

	beforeEach(async () => {
		simulated = simulation();
		const items = json({ prompt: 'one' }, { prompt: 'two' });
		await setup.run(parameters, { items, additionalData: simulated.additionalData });
		uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
	});

	const wake = async (body: object, options: Parameters<typeof resumeByCallback>[3] = {}) =>
		await resumeByCallback(simulated.started[0] ?? [], simulated.waits[0] ?? [], body, options);

	it('that is not true changes nothing', async () => {
		const { outputs } = await wake({
			uuid: uuids[0],
			status: 'completed',
			videoUrl: 'https://x.y',
		});
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]?.map(({ json: { wait } }) => wait)).toEqual(
			uuids.map((uuid) => expect.objectContaining({ job: expect.objectContaining({ uuid }) })),
		);
		expect(JSON.stringify(outputs)).not.toContain('https://x.y');
	});

	it('ends the wait if the API reports that all videos are done', async () => {
		const data = { status: 'completed', videoUrl: 'https://example.com/video.mp4' };
		for (const match of uuids) {
			await setup.sandbox.fault({ endpoint: 'status', match, fault: { kind: 'patch', data } });
		}
		const { items, outputs } = await wake({ uuid: uuids[1] });
		expect(outputs[1]).toEqual([]);
		expect(items.map(({ json: { uuid, status, polls } }) => [uuid, status, polls])).toEqual(
			uuids.map((uuid) => [uuid, 'completed', 1]),
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('before the parent is suspended checks nothing and waits on', async () => {
		await setup.sandbox.clearJournal();
		const { outputs } = await wake({ uuid: uuids[0] }, { isSuspended: false });
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]?.map(({ json: { waitSeconds } }) => waitSeconds)).toEqual([66, 66]);
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('without a valid credential, ends with an error that contains the IDs', async () => {
		const { error } = await wake({ uuid: uuids[0] }, { credential: NO_KEY });
		expect(error?.message).toBe("'API Key' is missing in the credential");
		for (const uuid of uuids) expect(error?.description).toContain(uuid);
	});

	it('without a valid credential, returns the IDs in the items with On Error: Continue', async () => {
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items } = await wake({ uuid: uuids[0] }, { credential: NO_KEY, settings });
		expect(items.map(({ json: { error, uuid } }) => [error, uuid])).toEqual(
			uuids.map((uuid) => ["'API Key' is missing in the credential", uuid]),
		);
	});
});

it('a wait workflow whose parent is gone ends at once', async () => {
	const node = { operation: 'getStatus', waitForCompletion: true, waitMode: 'durable' };
	const { outputs, error } = await setup.run({ ...node, waitKey: 'unknown' });
	expect(error).toBeUndefined();
	expect(outputs).toEqual([[]]);
});
