/** The video register in everything that n8n can do with the node: loops, sub-workflows, files, errors. */
import { nodeOf, type Workflow } from '../../scripts/n8n/workflow';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer({ credits: 10_000 })));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

const optionsFor = (table: string, settings: object = {}) => ({
	options: { pollInterval: 1, register: { settings: { table, ...settings } } },
});
const rowsOf = async (table: string) => (await server.n8n.tableRows(table)) ?? [];
const import_ = async (workflow: Workflow) => await server.n8n.importWorkflow(workflow);
const to = (node: string, type = 'main') => ({ node, type, index: 0 });

test('each iteration of a loop has its own row, and a second execution reuses all', async () => {
	const workflow = promptsWorkflow({
		...{ name: 'loop', prompts: ['a', 'b', 'a'] },
		parameters: optionsFor('loop', { reuseHours: 1 }),
	});
	const loop = {
		...{ id: 'loop', name: 'Loop', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3 },
		...{ position: [0, 0], parameters: { batchSize: 1, options: {} } },
	};
	const looped = {
		...workflow,
		nodes: [...workflow.nodes, loop],
		connections: {
			...workflow.connections,
			Prompt: { main: [[to('Loop')]] },
			Loop: { main: [[], [to(VEO)]] },
			[VEO]: { main: [[to('Loop')]] },
		},
	};
	const id = await import_(looped);
	const first = await server.run(id);
	expect(first.runsOf(VEO)).toHaveLength(3);
	const uuids = (execution: typeof first) =>
		[0, 1, 2].map((run) => execution.runsOf(VEO)[run]?.data?.main?.[0]?.[0]?.json.uuid);
	const [a, b, again] = uuids(first);
	expect(a).not.toBe(b);
	expect(again).toBe(a);
	expect(await server.submissions()).toBe(2);
	expect((await rowsOf('loop')).map(({ prompt, state }) => [prompt, state])).toEqual([
		['a', 'completed'],
		['b', 'completed'],
	]);
	expect(uuids(await server.run(id))).toEqual([a, b, a]);
	expect(await server.submissions()).toBe(2);
});

test('in a sub-workflow, the rows belong to the sub-workflow', async () => {
	const inner = promptsWorkflow({
		...{ name: 'inner', prompts: ['a'], parameters: optionsFor('inner', { reuseHours: 1 }) },
	});
	const start = {
		...{ id: 'called', name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger' },
		...{ typeVersion: 1.1, position: [0, 0], parameters: { inputSource: 'passthrough' } },
	};
	const called = await import_({
		...inner,
		nodes: [start, ...inner.nodes],
		connections: { ...inner.connections, Called: { main: [[to('Prompts')]] } },
	});
	await server.n8n.publish(called);
	const outer = promptsWorkflow({ name: 'outer', prompts: ['x'], parameters: {} });
	const call = {
		...{ id: 'call', name: VEO, type: 'n8n-nodes-base.executeWorkflow', typeVersion: 1.2 },
		position: [0, 0],
		parameters: { workflowId: { __rl: true, mode: 'id', value: called }, options: {} },
	};
	const nodes = outer.nodes.map((node) => (node.name === VEO ? call : node));
	const id = await import_({ ...outer, nodes });
	const [first] = (await server.run(id)).itemsOf(VEO);
	const [second] = (await server.run(id)).itemsOf(VEO);
	expect(second?.json.videoUrl).toBe(first?.json.videoUrl);
	expect(await server.submissions()).toBe(1);
	expect(await rowsOf('inner')).toEqual([
		expect.objectContaining({ workflowId: called, workflowName: 'inner', state: 'completed' }),
	]);
});

test('with Continue On Fail, the row of a failed video says so, and the others are delivered', async () => {
	const id = await import_(
		promptsWorkflow({
			...{ name: 'continue', prompts: ['a', 'b', 'c'], parameters: optionsFor('continue') },
			settings: { onError: 'continueRegularOutput' },
		}),
	);
	await server.sandbox.settings({ failNext: 1 });
	const items = (await server.run(id)).itemsOf(VEO);
	expect(items.filter(({ json }) => 'error' in json)).toHaveLength(1);
	const rows = await rowsOf('continue');
	expect(rows.map(({ state }) => state).sort()).toEqual(['completed', 'completed', 'failed']);
	for (const { state, deliveredAt } of rows) {
		expect(Boolean(deliveredAt)).toBe(state === 'completed');
	}
});

test('an image file counts by its content, and the video file is downloaded for a reused video too', async () => {
	const workflow = promptsWorkflow({
		...{ name: 'files', prompts: ['a kite'] },
		parameters: {
			...{ generationType: 'imageToVideo', imageSource: 'binary', downloadVideo: true },
			...optionsFor('files', { reuseHours: 1 }),
		},
	});
	const png =
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
	const file = {
		...{ id: 'file', name: 'File', type: 'n8n-nodes-base.convertToFile', typeVersion: 1.1 },
		position: [0, 0],
		parameters: {
			...{ operation: 'toBinary', sourceProperty: 'image' },
			options: { fileName: 'photo.png', mimeType: 'image/png' },
		},
	};
	nodeOf(workflow, 'Prompts').parameters.jsonOutput = JSON.stringify({ prompts: [png] });
	nodeOf(workflow, 'Prompt').parameters.options = { destinationFieldName: 'image' };
	nodeOf(workflow, VEO).parameters.prompt = 'A kite';
	const id = await import_({
		...workflow,
		nodes: [...workflow.nodes, file],
		connections: {
			...workflow.connections,
			Prompt: { main: [[to('File')]] },
			File: { main: [[to(VEO)]] },
		},
	});
	const first = (await server.run(id)).itemsOf(VEO)[0];
	const second = (await server.run(id)).itemsOf(VEO)[0];
	expect(second?.json).toMatchObject({ uuid: first?.json.uuid, reused: true });
	for (const item of [first, second]) {
		expect(item?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
	}
	expect(await server.submissions()).toBe(1);
	expect(await server.sandbox.journal({ endpoint: 'upload' })).toHaveLength(1);
});
