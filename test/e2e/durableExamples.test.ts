/** The examples that suspend their execution, imported into a real n8n and executed against the sandbox. */
import { readExample } from '../../scripts/n8n/workflow';
import { importModel, startChatModel, type ChatModel } from './support/chatModel';
import { startServer, type Server } from './support/server';
import { until, untilWaiting } from './support/waiting';
import { startTelegram, type Telegram } from './support/telegram';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer({ jobSeconds: 4 })));
afterAll(async () => await server?.end());
beforeEach(async () => await server.sandbox.reset());

test('resume-by-callback continues when the API has sent a callback for all videos', async () => {
	const id = await server.n8n.importWorkflow(await readExample('resume-by-callback'));
	const execution = await server.run(id);
	const prompts = execution.itemsOf('One Item per Prompt').map(({ json }) => json.prompt);
	expect(execution.itemsOf('Videos').map(({ json }) => json)).toEqual(
		prompts.map((prompt) => ({ prompt, videoUrl: expect.stringMatching(/\.mp4$/) })),
	);
	const { callbacks } = await server.sandbox.state();
	expect(callbacks.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
});

test('one-execution-per-video continues with each video as soon as it is ready', async () => {
	const id = await server.n8n.importWorkflow(await readExample('one-execution-per-video'));
	const started = await server.run(id);
	const prompts = started.itemsOf('One Item per Prompt').map(({ json }) => json.prompt);
	const results = await until(
		async () =>
			(await server.n8n.readExecutionsOf(id))
				.filter(({ isFinished }) => isFinished)
				.flatMap((execution) => execution.itemsOf('Next Step').map(({ json }) => json)),
		({ length }) => length >= prompts.length,
	);
	expect(results).toHaveLength(prompts.length);
	expect(results).toEqual(
		expect.arrayContaining(
			prompts.map((prompt) => ({ prompt, videoUrl: expect.stringMatching(/\.mp4$/) })),
		),
	);
});

describe('agent-with-approval', () => {
	const PROMPT = 'A paper boat on a rainy street, close to the water';
	/** n8n ignores the answers of programs, which load links in chats for a preview. */
	const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' };
	let model: ChatModel;
	let telegram: Telegram;

	beforeAll(async () => {
		model = await startChatModel({ toolParameters: { Prompt: PROMPT }, hitlParameters: {} });
		telegram = await startTelegram();
		await importModel(server.n8n, model);
		const bot = { accessToken: 'token', baseUrl: telegram.url };
		await server.n8n.importCredential({ name: 'Telegram', type: 'telegramApi', data: bot });
	});
	afterAll(async () => {
		await model?.close();
		await telegram?.close();
	});

	/** Starts the example and waits for the question. @returns the execution's ID and the buttons' URLs */
	async function begin() {
		telegram.messages.length = 0;
		const workflow = await readExample('agent-with-approval');
		const veo = workflow.nodes.find(({ name }) => name === 'Generate Video');
		Object.assign(veo?.parameters ?? {}, { options: { callbackField: 'callbackUrl' } });
		const id = await server.n8n.begin(await server.n8n.importWorkflow(workflow));
		await untilWaiting(server.n8n, id);
		const [question] = telegram.messages;
		expect(question?.text).toContain(PROMPT);
		const buttons = question?.reply_markup?.inline_keyboard.flat() ?? [];
		const urlOf = (approved: boolean) =>
			String(buttons.find(({ url }) => url.includes(`approved=${approved}`))?.url);
		return { id, approve: urlOf(true), reject: urlOf(false) };
	}

	test('spends nothing before the approval, then sleeps and answers with the URL', async () => {
		const { id, approve } = await begin();
		expect(await server.submissions()).toBe(0);
		expect((await fetch(approve, { headers: BROWSER })).status).toBe(200);
		const done = await server.n8n.waitUntilFinished(id, 300);
		expect(done.problem).toBe('Send Answer: success');
		const [job] = (await server.sandbox.state()).jobs;
		expect(job?.prompt).toBe(PROMPT);
		expect(JSON.stringify(model.toolResult())).toContain(job?.videoUrl);
		expect(telegram.messages.at(-1)?.text).toBe('Your video is ready.');
		expect(await server.submissions()).toBe(1);
	});

	test('spends nothing after a rejection', async () => {
		const { id, reject } = await begin();
		expect((await fetch(reject, { headers: BROWSER })).status).toBe(200);
		const done = await server.n8n.waitUntilFinished(id, 300);
		expect(done.problem).toBe('Send Answer: success');
		expect(await server.submissions()).toBe(0);
	});
});
