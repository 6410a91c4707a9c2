/** An AI agent that sleeps while its tool generates a video: n8n's own agent node with a mock of the model. */
import type { Execution } from '../../scripts/n8n/execution';
import type { Workflow } from '../../scripts/n8n/workflow';
import { agentWorkflow } from './support/agentWorkflow';
import { importModel, startChatModel, type ChatModel } from './support/chatModel';
import { startServer, type Server } from './support/server';
import { untilExecution, untilWaiting } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const DURABLE = { waitMode: 'durable', options: { callbackField: 'callbackUrl', pollInterval: 1 } };
const WORKFLOW_ID = 'agentToolTest001';

let server: Server;
let model: ChatModel | undefined;

beforeAll(async () => void (server = await startServer({ jobSeconds: 3 })));
afterEach(async () => {
	await model?.close();
	model = undefined;
});
afterAll(async () => await server?.end());

/** Starts an agent whose model calls the tool once for each prompt. @returns the execution's ID */
async function begin(prompts: string[], version = 3, jobSeconds = 3): Promise<string> {
	await server.sandbox.reset();
	await server.sandbox.settings({ jobSeconds });
	model = await startChatModel(...prompts.map((prompt) => ({ Prompt: prompt })));
	await importModel(server.n8n, model);
	return await server.n8n.begin(await server.n8n.importWorkflow(withNext(version)));
}

/** The agent, and a node after it. */
function withNext(version: number): Workflow {
	const workflow = agentWorkflow(DURABLE, version);
	const next = { name: 'Next', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] };
	const to = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	return {
		...workflow,
		nodes: [...workflow.nodes, { ...next, parameters: {} }],
		connections: { ...workflow.connections, Agent: to },
	};
}

/** Checks that the model received the URL of each prompt's video in the right call. */
async function expectAnswers(
	done: Execution,
	prompts: string[],
	problem = /: success$/,
): Promise<void> {
	expect(done.problem).toMatch(problem);
	const { jobs } = await server.sandbox.state();
	expect(jobs.map(({ prompt }) => prompt)).toEqual(prompts);
	const results = (model?.toolResults() ?? []).map((result) => JSON.stringify(result));
	expect(results).toHaveLength(prompts.length);
	for (const [index, { uuid, videoUrl }] of jobs.entries()) {
		expect(results[index]).toContain(uuid);
		expect(results[index]).toContain(videoUrl);
	}
	// the last node
	expect(done.itemsOf('Next')[0]?.json.output).toBe('Your video is ready.');
}

test('the agent is suspended, and answers with the URL after the callback', async () => {
	const id = await begin(['A kite']);
	await untilWaiting(server.n8n, id);
	expect(await server.n8n.executions({ status: ['running'] })).toEqual([]);
	await expectAnswers(await server.n8n.waitUntilFinished(id, 300), ['A kite']);
});

/** Suspends an agent, and restarts n8n before the callback of the API. @returns the finished execution */
async function restartDuring(prompt: string, stop: () => Promise<void>): Promise<Execution> {
	const id = await begin([prompt], 3, 30);
	await untilWaiting(server.n8n, id);
	await stop();
	await server.n8n.restart();
	// during startup, n8n briefly reports suspended executions as crashed
	const isDone = ({ isFinished, status }: Execution) => isFinished && status !== 'crashed';
	return await untilExecution(server.n8n, id, isDone);
}

/** The ways in which n8n restarts. */
const RESTARTS: Array<[string, () => Promise<void>]> = [
	['a restart', async () => await server.n8n.server.stop()],
	['kill -9', async () => await server.n8n.server.kill()],
];

/**
 * n8n 2.41.1 marks the execution of an agent that was suspended by its tool as failed, since its log
 * contains the start of the agent but not its end (ExecutionRecoveryService.amend). It still runs it.
 */
test.each(RESTARTS)(
	'after %s of n8n, the suspended agent answers with the URL, in a failed execution',
	async (_, stop) =>
		await expectAnswers(await restartDuring('A ship', stop), ['A ship'], /Workflow did not finish/),
);

test('of three calls at once only the last one suspends the agent, and all three get their video', async () => {
	const prompts = ['one', 'two', 'three'];
	const id = await begin(prompts);
	await untilWaiting(server.n8n, id);
	expect((await server.sandbox.state()).jobs).toHaveLength(3);
	await expectAnswers(await server.n8n.waitUntilFinished(id, 300), prompts);
});

test('with an agent that cannot be suspended, the tool waits in process', async () => {
	const before = await server.n8n.executionsOf(WORKFLOW_ID);
	const id = await begin(['A lighthouse'], 2.2);
	await expectAnswers(await server.n8n.waitUntilFinished(id, 300), ['A lighthouse']);
	// without one that waits
	expect(await server.n8n.executionsOf(WORKFLOW_ID)).toEqual([id, ...before]);
});

/** In this mode, n8n doesn't restore executions from its log, and changes none that is suspended. */
describe('with N8N_EVENTBUS_RECOVERY_MODE=simple', () => {
	beforeAll(async () => {
		await server.end();
		server = await startServer({ jobSeconds: 3 }, { N8N_EVENTBUS_RECOVERY_MODE: 'simple' });
	});

	test.each(RESTARTS)(
		'the suspended agent survives %s of n8n, and answers with the URL',
		async (_, stop) => await expectAnswers(await restartDuring('A ship', stop), ['A ship']),
	);
});
