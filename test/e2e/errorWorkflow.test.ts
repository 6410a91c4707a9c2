/** The example error workflow that branches on the cause of a failure, with n8n's own API. */
import type { Fault } from '../../sandbox/client';
import { nodeOf, readExample } from '../../scripts/n8n/workflow';
import { nextExecutionOf, publishErrorWorkflow } from './support/errorWorkflow';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { isSince } from './support/version';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const PROMPTS = ['one', 'two'];

let server: Server;
let errorWorkflow: string;

beforeAll(async () => {
	server = await startServer();
	const { n8n } = server;
	const apiKey = await n8n.createApiKey('Retry', ['execution:retry']);
	const data = { apiKey, baseUrl: `${n8n.url}/api/v1` };
	await n8n.importCredential({ name: 'n8n API', type: 'n8nApi', data });
	errorWorkflow = await n8n.importWorkflow(await readExample('retry-when-available'));
	await publishErrorWorkflow(server, errorWorkflow);
});
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

/** Publishes and starts a workflow with one video per prompt. @returns its ID */
async function start(name: string): Promise<string> {
	const parameters = { options: { pollInterval: 1, maxRetries: 0 } };
	const workflow = promptsWorkflow({ name, prompts: PROMPTS, parameters });
	const id = await server.n8n.importWorkflow({
		...workflow,
		settings: { ...workflow.settings, errorWorkflow },
	});
	await server.n8n.publish(id);
	await fetch(`${server.n8n.url}/webhook/${name}`, { method: 'POST' });
	return id;
}

test('waits as long as the API asked for, and retries without a second payment', async () => {
	await server.sandbox.fault({
		endpoint: 'generate',
		match: 'two',
		fault: { kind: 'error', code: 1003, retryAfter: '3' },
	});
	const known = await server.n8n.executionsOf(errorWorkflow);
	const id = await start('retry-rate-limited');
	const handled = await nextExecutionOf(server, errorWorkflow, known);
	expect(handled.problem).toMatch(/success$/);
	const failure = { cause: 'rate-limited', retryAfterMs: 3_000 };
	const [received] = handled.itemsOf('When a Workflow Fails');
	expect(received?.json).toMatchObject({ execution: { error: { context: { failure } } } });
	if (isSince(2, 41)) {
		expect(received?.json).toMatchObject({ execution: { error: { failure } } });
	}
	expect(handled.itemsOf('Cause')[0]?.json).toMatchObject({ waitSeconds: 3 });
	expect(handled.runsOf('Wait')).toHaveLength(1);

	const [failed = ''] = (await server.n8n.executionsOf(id)).slice(-1);
	const retry = await nextExecutionOf(server, id, [failed]);
	expect(retry.problem).toMatch(/success$/);
	const videos = retry.itemsOf(VEO).map(({ json }) => json);
	expect(videos.map(({ prompt }) => prompt)).toEqual(PROMPTS);
	const { jobs } = await server.sandbox.state();
	expect(videos.map(({ uuid }) => uuid).sort()).toEqual(jobs.map(({ uuid }) => uuid).sort());
	expect(jobs).toHaveLength(PROMPTS.length);
});

test('retries only once, and then asks for attention', async () => {
	const fault = { kind: 'error', code: 5000 } as const;
	await server.sandbox.fault({ endpoint: 'generate', match: 'two', times: 2, fault });
	const example = await readExample('retry-when-available');
	// without Retry-After, the example waits for a minute
	nodeOf(example, 'Wait').parameters.amount = 1;
	await server.n8n.importWorkflow({ ...example, id: errorWorkflow });
	await publishErrorWorkflow(server, errorWorkflow);
	const known = await server.n8n.executionsOf(errorWorkflow);
	await start('retry-again');
	const first = await nextExecutionOf(server, errorWorkflow, known);
	expect(first.runsOf('Retry Execution')).toHaveLength(1);
	const second = await nextExecutionOf(server, errorWorkflow, [...known, first.id]);
	expect(second.runsOf('Retry Execution')).toEqual([]);
	expect(second.itemsOf('Needs Attention')[0]?.json).toMatchObject({
		cause: 'temporarily-unavailable',
		text: expect.stringContaining('"retry-again" stopped: The Veo API couldn'),
	});
	expect((await server.sandbox.state()).jobs).toHaveLength(1);
});

test.each<[string, Fault, string]>([
	['an invalid key', { kind: 'error', code: 1002 }, 'credential-invalid'],
	['a submission in doubt', { kind: 'resetAfter' }, 'unknown'],
])('never retries after %s', async (_, fault, cause) => {
	await server.sandbox.fault({ endpoint: 'generate', match: 'two', fault });
	const known = await server.n8n.executionsOf(errorWorkflow);
	await start(`no-retry-${cause}`);
	const handled = await nextExecutionOf(server, errorWorkflow, known);
	expect(handled.runsOf('Retry Execution')).toEqual([]);
	expect(handled.itemsOf('Needs Attention')[0]?.json).toMatchObject({ cause });
});
