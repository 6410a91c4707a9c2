/** The video register when n8n's limit for data tables is reached. */
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => {
	server = await startServer({ credits: 10_000 }, { N8N_DATA_TABLES_MAX_SIZE_BYTES: '1' });
});
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

async function workflow(name: string, settings: object): Promise<string> {
	const options = { pollInterval: 1, register: { settings: { table: 'full', ...settings } } };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts: ['a'], parameters: { options } }),
	);
}

test.each([{ reuseHours: 1 }, { maxPerDay: 5 }])(
	'nothing is sent if a setting depends on the table: %j',
	async (settings) => {
		const { problem } = await server.n8n.run(await workflow('required', settings));
		expect(problem).toContain("The video register can't be used");
		expect(problem).toContain('Data table size limit exceeded');
		expect(await server.submissions()).toBe(0);
	},
);

test('otherwise, the video is generated, and a hint says that it is not recorded', async () => {
	const execution = await server.run(await workflow('optional', {}));
	expect(execution.itemsOf(VEO)[0]?.json).toMatchObject({ status: 'completed' });
	expect(await server.submissions()).toBe(1);
	const [run] = execution.runsOf(VEO);
	expect(run?.hints.map(({ message }) => message).join()).toContain(
		'later executions may pay for these videos again',
	);
});
