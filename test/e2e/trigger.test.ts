/** The trigger in a real n8n: which calls run the workflow, how often, and what callers are told. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../sandbox/client';
import { packedNode } from '../../scripts/lib/pack';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { nodeOf, readExample, type Workflow } from '../../scripts/n8n/workflow';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

const TRIGGER = 'Veo 3.1 Trigger';
const RUNNING = { status: 'processing', jobSeconds: 600 } as const;

let sandbox: Sandbox;
let userFolder: string;
let n8n: N8nInstance;

async function startN8n(): Promise<void> {
	n8n = await N8nInstance.start({
		n8n: await ensureN8n(),
		node: await packedNode(),
		userFolder,
		files: [userFolder],
	});
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
}

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'veo-trigger-'));
	sandbox = await startSandbox({ jobSeconds: 0.3 });
	await startN8n();
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
	await rm(userFolder, { recursive: true, force: true });
});

beforeEach(async () => await sandbox.reset());

interface Published {
	id: string;
	url: string;
	testUrl: string;
}

/** The receiving example under another id and URL, its trigger with these parameters. */
async function withTrigger(name: string, parameters: object = {}): Promise<Workflow> {
	const workflow = await readExample('generate-and-trigger-2-receive');
	const node = nodeOf(workflow, TRIGGER);
	node.webhookId = `hook-${name}`;
	node.parameters = { ...node.parameters, ...parameters };
	return { ...workflow, id: `trigger-${name}`, name };
}

async function publish(name: string, parameters: object = {}): Promise<Published> {
	return await publishWorkflow(name, await withTrigger(name, parameters));
}

async function publishWorkflow(name: string, workflow: Workflow): Promise<Published> {
	const id = await n8n.importWorkflow(workflow);
	await n8n.publish(id);
	const path = `hook-${name}/webhook`;
	return { id, url: `${n8n.url}/webhook/${path}`, testUrl: `${n8n.url}/webhook-test/${path}` };
}

async function call(url: string, body: unknown, headers: Record<string, string> = {}) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	const text = await response.text();
	return { status: response.status, text, retryAfter: response.headers.get('retry-after') };
}

async function until(check: () => Promise<boolean>): Promise<void> {
	while (!(await check())) await sleep(100);
}

const statusOf = async (...args: Parameters<typeof call>) => (await call(...args)).status;
const runs = async ({ id }: Published) => (await n8n.executionsOf(id)).length;

/** What the trigger handed on in the workflow's latest run. */
async function latestItem({ id }: Published) {
	let ids: string[] = [];
	await until(async () => (ids = await n8n.executionsOf(id)).length > 0);
	const execution = await n8n.waitUntilFinished(String(ids[0]), 60);
	return { execution, item: execution.itemsOf(TRIGGER)[0] };
}

/** How many runs came of some work: runs begin in the order of calls, so one more ends them. */
async function runsOf(hook: Published, work: () => Promise<unknown>): Promise<number> {
	const before = await runs(hook);
	await work();
	const uuid = await sandbox.createJob({ status: 'completed' });
	expect(await statusOf(hook.url, { uuid })).toBe(200);
	await untilRun(hook, uuid);
	return (await runs(hook)) - before - 1;
}

async function untilRun(hook: Published, uuid: string): Promise<void> {
	await until(async () => (await latestItem(hook)).item?.json.uuid === uuid);
}

describe('a call that nothing comes of', () => {
	let hook: Published;
	beforeAll(async () => (hook = await publish('refusing')));

	test.each([
		['an empty body', ''],
		['an empty object', {}],
		['a list', [{ uuid: 'a' }]],
		['an id that is none', { uuid: { toString: 'a' } }],
		['an id that leaves the path', { uuid: '../upload-video-image' }],
	])('%s is answered with 400, and the API is not asked', async (_, body) => {
		expect(await statusOf(hook.url, body)).toBe(400);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('a body that is no JSON is refused', async () => {
		expect(await statusOf(hook.url, '{"uuid":')).toBeGreaterThanOrEqual(400);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('a large body is answered with 413', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		expect(await statusOf(hook.url, { uuid, more: 'x'.repeat(100_000) })).toBe(413);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('an unknown video and an unfinished one are answered alike, with 202', async () => {
		const uuid = await sandbox.createJob(RUNNING);
		const unfinished = await call(hook.url, { uuid, status: 'completed', videoUrl: 'http://x/' });
		const unknown = await call(hook.url, { uuid: 'no-such-video' });
		expect(unfinished.status).toBe(202);
		expect(unknown).toEqual(unfinished);
	});

	test('while the API cannot be asked the answer is 503, with the wish to come again', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		const faults = [
			{ kind: 'gateway', httpStatus: 502 },
			{ kind: 'resetBefore' },
			{ kind: 'error', code: 1002, msg: `not with ${sandbox.key}` },
			{ kind: 'error', code: 1003, retryAfter: '7' },
		] as const;
		await sandbox.fault(...faults.map((fault) => ({ endpoint: 'status' as const, fault })));
		const answers: Array<Awaited<ReturnType<typeof call>>> = [];
		while (answers.length < faults.length) answers.push(await call(hook.url, { uuid }));
		expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
		expect(answers.map(({ retryAfter }) => retryAfter)).toEqual([null, null, null, '7']);
		expect(n8n.log()).toContain('The Veo API refused the API key');
		expect(n8n.log()).not.toContain(sandbox.key);
	});

	// the last in this group, and about all of it
	test('has not run the workflow', async () => {
		expect(await runsOf(hook, async () => {})).toBe(0);
		expect(await runs(hook)).toBe(1);
	});
});

test('a failed video is no event where only completed ones are', async () => {
	const hook = await publish('completed-only', { events: ['completed'] });
	const uuid = await sandbox.createJob({ status: 'failed' });
	const work = async () => expect(await statusOf(hook.url, { uuid })).toBe(202);
	expect(await runsOf(hook, work)).toBe(0);
});

test('a failed video comes with its reason', async () => {
	const hook = await publish('failed');
	const uuid = await sandbox.createJob({ status: 'failed', failReason: 'too dark' });
	expect(await statusOf(hook.url, { uuid })).toBe(200);
	const { item } = await latestItem(hook);
	expect(item?.json).toMatchObject({ uuid, status: 'failed', errorMessage: 'too dark' });
});

describe('a secret', () => {
	const options = { secretHeader: 'X-Veo-Secret', secretValue: 'öpen sesame' };

	test('keeps all calls out that do not have it', async () => {
		const hook = await publish('secret', { options });
		const uuid = await sandbox.createJob({ status: 'completed' });
		expect(await statusOf(hook.url, { uuid })).toBe(401);
		expect(await statusOf(hook.url, { uuid }, { 'x-veo-secret': 'open sesame' })).toBe(401);
		expect(await statusOf(hook.url, {}, { 'x-veo-secret': '' })).toBe(401);
		expect(await sandbox.journal()).toEqual([]);

		await sandbox.settings({
			callbackUrl: hook.url,
			// the bytes of the text, as HTTP headers are sent
			callbackHeaders: {
				'X-Veo-Secret': Buffer.from(options.secretValue).toString('latin1'),
			},
		});
		const called = await sandbox.createJob({ status: 'completed' });
		await until(async () => (await sandbox.state()).callbacks.length > 0);
		expect((await sandbox.state()).callbacks).toMatchObject([{ status: 200 }]);
		await untilRun(hook, called);
		expect(await runs(hook)).toBe(1);
	});

	test('that was left empty keeps the workflow from being published', async () => {
		const parameters = { options: { ...options, secretValue: '' } };
		await expect(publish('empty-secret', parameters)).rejects.toThrow("'Secret Value' is empty");
	});
});

describe('a call that is true', () => {
	let hook: Published;
	beforeAll(async () => (hook = await publish('receiving')));

	test('runs the workflow with what the API says, not with what the call says', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		const forged = { uuid, videoUrl: 'http://evil.test/', status: 'failed', prompt: 'forged' };
		expect(await statusOf(hook.url, forged)).toBe(200);
		const { execution, item } = await latestItem(hook);
		expect(execution.status).toBe('success');
		expect(item?.json).toEqual({
			uuid,
			status: 'completed',
			videoUrl: `${sandbox.origin}/videos/${uuid}.mp4`,
			progress: 100,
			estimatedTime: 0,
		});
	});

	test('runs it once though it comes five times, one after another', async () => {
		await sandbox.settings({ callbackUrl: hook.url, callbackTimes: 5, callbackPlace: 'data' });
		const delivered = async () => {
			await sandbox.createJob({ status: 'completed' });
			await until(async () => (await sandbox.state()).callbacks.length === 5);
			const { callbacks } = await sandbox.state();
			expect(callbacks.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
			await sandbox.settings({ callbackUrl: null });
		};
		expect(await runsOf(hook, delivered)).toBe(1);
	});

	test('runs it once though it comes five times at once', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		// so that they meet
		await sandbox.fault({ endpoint: 'status', times: 5, fault: { kind: 'slow', ms: 1000 } });
		const five = Array.from({ length: 5 }, async () => await statusOf(hook.url, { uuid }));
		let statuses: number[] = [];
		expect(await runsOf(hook, async () => (statuses = await Promise.all(five)))).toBe(1);
		expect(statuses).toEqual([200, 200, 200, 200, 200]);
		expect(await sandbox.journal({ uuid, endpoint: 'status' })).toHaveLength(1);
	});

	test('tells of every video, also where the calls come at once', async () => {
		const uuids = await Promise.all(
			Array.from({ length: 5 }, async () => await sandbox.createJob({ status: 'completed' })),
		);
		const calls = async () => await Promise.all(uuids.map((uuid) => call(hook.url, { uuid })));
		expect(await runsOf(hook, calls)).toBe(5);
	});

	test('is remembered across a restart of n8n', async () => {
		const one = await sandbox.createJob({ status: 'completed' });
		const two = await sandbox.createJob({ status: 'completed' });
		const three = await sandbox.createJob({ status: 'failed' });
		const callAll = async () => [
			await statusOf(hook.url, { uuid: one }),
			await statusOf(`${hook.url}?uuid=${two}`, ''),
			await statusOf(hook.url, { data: { uuid: three } }),
		];
		expect(await runsOf(hook, callAll)).toBe(3);
		await n8n.stop();
		await startN8n();
		const { pathname } = new URL(hook.url);
		hook.url = `${n8n.url}${pathname}`;
		await until(async () => (await statusOf(hook.url, {})) === 400);
		let statuses: number[] = [];
		expect(await runsOf(hook, async () => (statuses = await callAll()))).toBe(0);
		expect(statuses).toEqual([200, 200, 200]);
	});
});

describe('with the video', () => {
	const options = { downloadVideo: true, outputBinaryPropertyName: 'video' };

	/** A node that saves it in the place of the one that does nothing with it. */
	async function saving(fileName: string): Promise<Workflow> {
		const workflow = await withTrigger('download', { options });
		Object.assign(nodeOf(workflow, 'Video Ready'), {
			type: 'n8n-nodes-base.readWriteFile',
			parameters: { operation: 'write', fileName, dataPropertyName: 'video' },
		});
		return workflow;
	}

	test('the item has the file', async () => {
		const saved = join(userFolder, 'saved.mp4');
		const hook = await publishWorkflow('download', await saving(saved));
		const uuid = await sandbox.createJob({ status: 'completed' });
		await sandbox.settings({ videoBytes: 300_000 });
		expect(await statusOf(hook.url, { uuid })).toBe(200);
		const { execution, item } = await latestItem(hook);
		expect(item?.binary?.video).toMatchObject({
			fileName: `${uuid}.mp4`,
			mimeType: 'video/mp4',
			id: expect.any(String),
		});
		expect(execution.status).toBe('success');
		const bytes = await readFile(saved);
		expect([bytes.length, bytes.toString('latin1', 4, 8)]).toEqual([300_000, 'ftyp']);
		const [request] = await sandbox.journal({ endpoint: 'video' });
		expect(request?.hasAuthorization).toBe(false);
	});

	test('a file that cannot be had is asked for again with the next call', async () => {
		const hook = await publish('no-download', { options });
		const uuid = await sandbox.createJob({ status: 'completed' });
		const gone = { kind: 'gateway' as const, httpStatus: 403 };
		await sandbox.fault({ endpoint: 'video', fault: gone });
		const calls = async () => {
			expect(await statusOf(hook.url, { uuid })).toBe(503);
			expect(n8n.log()).toContain(`The video ${uuid} could not be downloaded`);
			expect(await statusOf(hook.url, { uuid })).toBe(200);
		};
		expect(await runsOf(hook, calls)).toBe(1);
	});
});

test('a test in the editor can be repeated with the same video', async () => {
	const hook = await publish('testing');
	const uuid = await sandbox.createJob({ status: 'completed' });
	const calls = async () => {
		expect(await statusOf(hook.url, { uuid })).toBe(200);
		for (let times = 0; times < 2; times++) {
			await n8n.listen(hook.id, TRIGGER);
			expect(await statusOf(hook.testUrl, { uuid: 'no-such-video' })).toBe(202);
			expect(await statusOf(hook.testUrl, { uuid })).toBe(200);
			// n8n answers first and stops listening a moment later, to whoever listens by then
			await until(async () => (await statusOf(hook.testUrl, {})) === 404);
		}
	};
	expect(await runsOf(hook, calls)).toBe(3);
});
