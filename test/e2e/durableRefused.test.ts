/** n8n before 2.41 can't suspend an execution until its sub-workflow finishes: the node rejects that early. */
import { promptsWorkflow } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());

test.each(['generate', 'getStatus'])(
	'%s rejects a durable wait before it sends a request',
	async (operation) => {
		const parameters = {
			operation,
			videoId: 'an-id',
			waitForCompletion: true,
			waitMode: 'durable',
		};
		const workflow = promptsWorkflow({ name: operation, prompts: ['one', 'two'], parameters });
		const execution = await server.n8n.run(await server.n8n.importWorkflow(workflow));
		expect(execution.status).toBe('error');
		expect(execution.problem).toContain(
			"'Wait Mode' can't be set to 'Durable': this requires n8n 2.41 or later",
		);
		expect(await server.sandbox.journal()).toEqual([]);
	},
);
