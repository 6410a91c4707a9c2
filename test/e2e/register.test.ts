/** The video register in n8n's own data tables: no execution pays for a video that another one has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeOf, readExample, withFields, type Workflow } from '../../scripts/n8n/workflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const NODE = 'Generate Videos';

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

let nextId = 0;

/** The batch example as a workflow of its own, with these settings of the register. */
async function batch(register: object, options: object = {}): Promise<string> {
	const workflow = await readExample('batch-of-prompts');
	const node = nodeOf(workflow, NODE);
	const parameters = {
		...node.parameters,
		options: { pollInterval: 1, register: { settings: register }, ...options },
	};
	const nodes = workflow.nodes.map((candidate) =>
		candidate === node ? { ...node, parameters } : candidate,
	);
	const id = `register-${nextId++}`;
	return await server.n8n.importWorkflow({ ...workflow, id, name: id, nodes });
}

test('the same workflow executed twice pays once', async () => {
	const id = await batch({ table: 'reused', reuseHours: 24 });
	const first = await server.n8n.run(id);
	expect(first.problem).toBe('');
	const count = first.itemsOf(NODE).length;
	expect(await server.submissions()).toBe(count);
	const second = await server.n8n.run(id);
	expect(await server.submissions()).toBe(count);
	expect(second.itemsOf(NODE).map(({ json }) => json.reused)).toEqual(Array(count).fill(true));
});
