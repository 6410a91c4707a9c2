/** n8n before 2.3 can't list or create data tables in a workflow: the video register says so. */
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer()));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

async function workflow(name: string, settings: object): Promise<string> {
	const options = { pollInterval: 1, register: { settings } };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts: ['a'], parameters: { options } }),
	);
}

test.each([{ reuseHours: 1 }, { maxPerDay: 5 }])(
	'nothing is sent if a setting depends on the register: %j',
	async (settings) => {
		const { problem } = await server.n8n.run(await workflow('required', settings));
		expect(problem).toContain('this requires n8n 2.3 or later');
		expect(await server.submissions()).toBe(0);
	},
);

test('otherwise, the video is generated without the register', async () => {
	const execution = await server.run(await workflow('optional', {}));
	expect(execution.itemsOf(VEO)[0]?.json).toMatchObject({ status: 'completed' });
	expect(await server.submissions()).toBe(1);
});
