/** A credential with an expression, which n8n evaluates with the items of the workflow that runs. */
import type { Execution } from '../../scripts/n8n/execution';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

/** Runs the node with an API key that depends on the item. */
async function run(name: string, apiKey: string, parameters: object): Promise<Execution> {
	const { n8n, sandbox } = server;
	const data = { apiKey, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
	const workflow = promptsWorkflow({ name, prompts: ['a', 'b'], parameters: { ...parameters } });
	return await n8n.run(await n8n.importWorkflow(workflow));
}

const keyIf = (condition: string) =>
	`={{ ${condition} ? '${server.sandbox.key}' : 'another key' }}`;

test('in process, an expression with one value for all items works', async () => {
	const key = keyIf('$json.prompt');
	const execution = await run('one-account', key, { options: { pollInterval: 1 } });
	expect(execution.problem).toBe('Result: success');
	expect(execution.itemsOf(VEO)).toHaveLength(2);
});

test('in process, an item of another account is rejected before anything is sent', async () => {
	const execution = await run('two-accounts', keyIf("$json.prompt === 'a'"), {});
	expect(execution.problem).toContain("The credential isn't the same for this item");
	expect(await server.sandbox.journal()).toEqual([]);
});

test.each([
	["$('Prompt').isExecuted", "n8n can't run the sub-workflow that waits"],
	['$json.prompt', 'an expression in the credential has another value in the sub-workflow'],
])('a durable wait with %s is rejected before anything is sent', async (condition, reason) => {
	const execution = await run('durable', keyIf(condition), { waitMode: 'durable' });
	expect(execution.problem).toContain(`'Wait Mode' can't be set to 'Durable': ${reason}`);
	expect(await server.sandbox.journal()).toEqual([]);
});
