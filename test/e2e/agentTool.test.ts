/** The node as a tool of an AI agent: n8n's own agent node with a mock of the model. */
import type { Sandbox } from '../../sandbox/client';
import type { N8nInstance } from '../../scripts/n8n/instance';
import { nodeOf } from '../../scripts/n8n/workflow';
import { agentWorkflow, PROMPT_DESCRIPTION } from './support/agentWorkflow';
import { importModel, startChatModel, type ChatModel } from './support/chatModel';
import { startServer, type Server } from './support/server';
import { isSince } from './support/version';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const PROMPT = 'A paper boat on a rainy street';

let sandbox: Sandbox;
let model: ChatModel;
let n8n: N8nInstance;
let server: Server;

beforeAll(async () => {
	server = await startServer();
	({ sandbox, n8n } = server);
	model = await startChatModel({ Prompt: PROMPT });
	await importModel(n8n, model);
});

afterAll(async () => {
	await model?.close();
	await server?.end();
});

const OWN = 'Makes one video of a boat';

test.each<[string, object, RegExp]>([
	['default options', {}, /^Generates one short video .*costs credits.*videoUrl/],
	[
		'Download Video, which has no effect in a tool',
		{ downloadVideo: true },
		/^Generates one short/,
	],
	['a description by the user', { toolDescription: OWN }, /^Makes one video of a boat$/],
	[
		'a description that was saved before the node had its own',
		{ descriptionType: 'manual', toolDescription: OWN },
		/^Makes one video of a boat$/,
	],
])(
	'an agent generates a video with %s and receives its URL',
	async (_, parameters, description) => {
		await sandbox.reset();
		const execution = await n8n.run(await n8n.importWorkflow(agentWorkflow(parameters)), 120);
		if (execution.status !== 'success') throw new Error(execution.problem);

		const [tool] = model.tools();
		expect(tool?.description).toMatch(description);
		expect(tool?.parameters.properties?.Prompt?.description).toBe(PROMPT_DESCRIPTION);

		const [job] = (await sandbox.state()).jobs;
		expect(job?.prompt).toBe(PROMPT);
		const toolResult = JSON.stringify(model.toolResult());
		expect(toolResult).toContain(String(job?.uuid));
		expect(toolResult).toMatch(/videoUrl.*\.mp4/);
		expect(execution.itemsOf('Agent')[0]?.json.output).toBe('Your video is ready.');
		expect(await sandbox.journal({ endpoint: 'video' })).toEqual([]);
		expect(await sandbox.journal({ endpoint: 'generate' })).toHaveLength(1);
	},
);

// Data tables that a workflow can create came with n8n 2.3.
if (isSince(2, 3)) {
	test('with the video register, the same call in another execution is paid for once', async () => {
		await sandbox.reset();
		const register = { settings: { table: 'agent_videos', reuseHours: 1 } };
		const workflow = agentWorkflow({ options: { pollInterval: 1, register } });
		const id = await n8n.importWorkflow(workflow);
		for (let run = 0; run < 2; run++) {
			const execution = await n8n.run(id, 120);
			if (execution.status !== 'success') throw new Error(execution.problem);
			const [job] = (await sandbox.state()).jobs;
			expect(JSON.stringify(model.toolResult())).toContain(String(job?.uuid));
		}
		expect(JSON.stringify(model.toolResult())).toContain('reused');
		expect(await sandbox.journal({ endpoint: 'generate' })).toHaveLength(1);
		expect(await n8n.tableRows('agent_videos')).toEqual([
			expect.objectContaining({ state: 'completed', prompt: PROMPT }),
		]);
	});
}

test('of two calls at the same time, one that times out is retried without a second payment', async () => {
	await sandbox.reset();
	const both = await startChatModel({ Prompt: 'short' }, { Prompt: 'long [slow]' });
	await importModel(n8n, both);
	// the short video takes one second, the long one five
	const options = { pollInterval: 1, timeout: 3 };
	const workflow = agentWorkflow({ options }, 2.2); // later versions make the calls one by one
	const retries = { retryOnFail: true, maxTries: 4, waitBetweenTries: 500 };
	Object.assign(nodeOf(workflow, 'Veo 3.1'), retries);
	const execution = await n8n.run(await n8n.importWorkflow(workflow), 120);
	await both.close();
	expect(execution.problem).toMatch(/: success$/);
	const { jobs } = await sandbox.state();
	expect(jobs.map(({ prompt }) => prompt).sort()).toEqual(['long [slow]', 'short']);
	const results = JSON.stringify(both.toolResults());
	for (const { videoUrl } of jobs) expect(results).toContain(videoUrl);
});
