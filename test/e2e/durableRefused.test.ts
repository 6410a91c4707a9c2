/** An n8n that cannot park an execution until its sub-workflow ends (before 2.41) is told so at once. */
import { promptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());

test.each(['generate', 'getStatus'])('%s refuses before it sends anything', async (operation) => {
	const parameters = { operation, videoId: 'an-id', waitForCompletion: true, waitMode: 'durable' };
	const workflow = promptsWorkflow({ name: operation, prompts: ['one', 'two'], parameters });
	const execution = await server.n8n.run(await server.n8n.importWorkflow(workflow));
	expect(execution.status).toBe('error');
	expect(execution.problem).toContain("'Wait Mode' cannot be Durable: it needs n8n 2.41 or later");
	expect(await server.sandbox.journal()).toEqual([]);
});
