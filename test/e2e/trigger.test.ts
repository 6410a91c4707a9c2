/** The trigger in a real n8n: which requests start the workflow, how often, and the responses. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/client';
import type { N8nInstance } from '../../scripts/n8n/instance';
import { nodeOf, readExample, type Workflow } from '../../scripts/n8n/workflow';
import { startServer, type Server } from './support/server';
import { until } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const TRIGGER = 'Veo 3.1 Trigger';
const RUNNING = { status: 'processing', jobSeconds: 600 } as const;

let sandbox: Sandbox;
let server: Server;
let n8n: N8nInstance;

beforeAll(async () => {
	server = await startServer({ jobSeconds: 0.3 });
	({ n8n, sandbox } = server);
});

afterAll(async () => await server?.end());

beforeEach(async () => await sandbox.reset());

interface Published {
	id: string;
	url: string;
	testUrl: string;
}

/** The receiving example with another ID and URL, and with these trigger parameters. */
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

async function send(url: string, body: unknown, headers: Record<string, string> = {}) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	const text = await response.text();
	return { status: response.status, text, retryAfter: response.headers.get('retry-after') };
}

const statusOf = async (...args: Parameters<typeof send>) => (await send(...args)).status;
const executionCount = async ({ id }: Published) => (await n8n.executionsOf(id)).length;

/** The item that the trigger returned in the latest execution. */
async function latestItem({ id }: Published) {
	let ids: string[] = [];
	await until(async () => (ids = await n8n.executionsOf(id)).length > 0);
	const execution = await n8n.waitUntilFinished(String(ids[0]), 60);
	return { execution, item: execution.itemsOf(TRIGGER)[0] };
}

/**
 * Number of executions that `work` started. Executions start in the order of the requests, so one more
 * request shows that all of them have started.
 */
async function executionsDuring(hook: Published, work: () => Promise<unknown>): Promise<number> {
	const before = await executionCount(hook);
	await work();
	const uuid = await sandbox.createJob({ status: 'completed' });
	expect(await statusOf(hook.url, { uuid })).toBe(200);
	await waitForItem(hook, uuid);
	return (await executionCount(hook)) - before - 1;
}

async function waitForItem(hook: Published, uuid: string): Promise<void> {
	await until(async () => (await latestItem(hook)).item?.json.uuid === uuid);
}

describe('a rejected or ignored request', () => {
	let hook: Published;
	beforeAll(async () => (hook = await publish('rejecting')));

	test.each([
		['an empty body', ''],
		['an empty object', {}],
		['a list', [{ uuid: 'a' }]],
		['an invalid ID', { uuid: { toString: 'a' } }],
		['an ID with a path traversal', { uuid: '../upload-video-image' }],
	])('%s results in 400 without an API request', async (_, body) => {
		expect(await statusOf(hook.url, body)).toBe(400);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('invalid JSON is rejected', async () => {
		expect(await statusOf(hook.url, '{"uuid":')).toBeGreaterThanOrEqual(400);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('a large body results in 413', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		expect(await statusOf(hook.url, { uuid, more: 'x'.repeat(100_000) })).toBe(413);
		expect(await sandbox.journal()).toEqual([]);
	});

	test('an unknown and an unfinished video result in the same response, 202', async () => {
		const uuid = await sandbox.createJob(RUNNING);
		const unfinished = await send(hook.url, { uuid, status: 'completed', videoUrl: 'http://x/' });
		const unknown = await send(hook.url, { uuid: 'no-such-video' });
		expect(unfinished.status).toBe(202);
		expect(unknown).toEqual(unfinished);
	});

	test('while the API is unavailable, the response is 503 with the Retry-After of the API', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		const faults = [
			{ kind: 'gateway', httpStatus: 502 },
			{ kind: 'resetBefore' },
			{ kind: 'error', code: 1002, msg: `not with ${sandbox.key}` },
			{ kind: 'error', code: 1003, retryAfter: '1' },
		] as const;
		await sandbox.fault(...faults.map((fault) => ({ endpoint: 'status' as const, fault })));
		const responses: Array<Awaited<ReturnType<typeof send>>> = [];
		while (responses.length < faults.length) responses.push(await send(hook.url, { uuid }));
		expect(responses.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
		expect(responses.map(({ retryAfter }) => retryAfter)).toEqual([null, null, null, '1']);
		await sleep(1100); // until then, the node sends no status check, also not for other requests
		expect(n8n.log()).toContain('The API key was rejected by the Veo API');
		expect(n8n.log()).not.toContain(sandbox.key);
	});

	// The last test of this group, which checks all previous requests.
	test("doesn't start the workflow", async () => {
		expect(await executionsDuring(hook, async () => {})).toBe(0);
		expect(await executionCount(hook)).toBe(1);
	});
});

test('a failed video is ignored if only completed videos are selected', async () => {
	const hook = await publish('completed-only', { events: ['completed'] });
	const uuid = await sandbox.createJob({ status: 'failed' });
	const work = async () => expect(await statusOf(hook.url, { uuid })).toBe(202);
	expect(await executionsDuring(hook, work)).toBe(0);
});

test('a failed video is returned with its error message', async () => {
	const hook = await publish('failed');
	const uuid = await sandbox.createJob({ status: 'failed', failReason: 'too dark' });
	expect(await statusOf(hook.url, { uuid })).toBe(200);
	const { item } = await latestItem(hook);
	expect(item?.json).toMatchObject({ uuid, status: 'failed', errorMessage: 'too dark' });
});

describe('a secret', () => {
	const secret = { headerName: 'X-Veo-Secret', headerValue: 'öpen sesame' };
	/** Publishes the trigger with a credential for its secret. */
	const publishWith = async (name: string, data: typeof secret) => {
		await n8n.importCredential({ name, type: 'veoWebhookApi', data });
		const workflow = await withTrigger(name);
		const node = nodeOf(workflow, TRIGGER);
		node.credentials = { ...node.credentials, veoWebhookApi: { id: null, name } };
		return await publishWorkflow(name, workflow);
	};

	test('is required in all requests', async () => {
		const hook = await publishWith('secret', secret);
		const uuid = await sandbox.createJob({ status: 'completed' });
		expect(await statusOf(hook.url, { uuid })).toBe(401);
		expect(await statusOf(hook.url, { uuid }, { 'x-veo-secret': 'open sesame' })).toBe(401);
		expect(await statusOf(hook.url, {}, { 'x-veo-secret': '' })).toBe(401);
		expect(await sandbox.journal()).toEqual([]);

		await sandbox.settings({
			callbackUrl: hook.url,
			// HTTP headers are sent as bytes
			callbackHeaders: {
				'X-Veo-Secret': Buffer.from(secret.headerValue).toString('latin1'),
			},
		});
		const uuid2 = await sandbox.createJob({ status: 'completed' });
		await until(async () => (await sandbox.state()).callbacks.length > 0);
		expect((await sandbox.state()).callbacks).toMatchObject([{ status: 200 }]);
		await waitForItem(hook, uuid2);
		expect(await executionCount(hook)).toBe(1);
	});

	test('that is empty prevents publishing the workflow', async () => {
		await expect(publishWith('empty-secret', { ...secret, headerValue: ' ' })).rejects.toThrow(
			"'Header Value' is missing in the credential",
		);
	});
});

describe('a request about a finished video', () => {
	let hook: Published;
	beforeAll(async () => (hook = await publish('receiving')));

	test('starts the workflow with data from the API, not from the request', async () => {
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

	test('starts the workflow once if it is repeated five times', async () => {
		await sandbox.settings({
			callbackUrl: hook.url,
			callbackDeliveries: 5,
			callbackFormat: 'data',
		});
		const delivered = async () => {
			await sandbox.createJob({ status: 'completed' });
			await until(async () => (await sandbox.state()).callbacks.length === 5);
			const { callbacks } = await sandbox.state();
			expect(callbacks.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
			await sandbox.settings({ callbackUrl: null });
		};
		expect(await executionsDuring(hook, delivered)).toBe(1);
	});

	test('starts the workflow once if it is sent five times simultaneously', async () => {
		const uuid = await sandbox.createJob({ status: 'completed' });
		// The requests overlap.
		await sandbox.fault({ endpoint: 'status', times: 5, fault: { kind: 'slow', ms: 1000 } });
		const five = Array.from({ length: 5 }, async () => await statusOf(hook.url, { uuid }));
		let statuses: number[] = [];
		expect(await executionsDuring(hook, async () => (statuses = await Promise.all(five)))).toBe(1);
		expect(statuses).toEqual([200, 200, 200, 200, 200]);
		expect(await sandbox.journal({ uuid, endpoint: 'status' })).toHaveLength(1);
	});

	test('starts the workflow once per video for simultaneous requests', async () => {
		const uuids = await Promise.all(
			Array.from({ length: 5 }, async () => await sandbox.createJob({ status: 'completed' })),
		);
		const work = async () => await Promise.all(uuids.map((uuid) => send(hook.url, { uuid })));
		expect(await executionsDuring(hook, work)).toBe(5);
	});

	test('is deduplicated across a restart of n8n', async () => {
		const one = await sandbox.createJob({ status: 'completed' });
		const two = await sandbox.createJob({ status: 'completed' });
		const three = await sandbox.createJob({ status: 'failed' });
		const sendAll = async () => [
			await statusOf(hook.url, { uuid: one }),
			await statusOf(`${hook.url}?uuid=${two}`, ''),
			await statusOf(hook.url, { data: { uuid: three } }),
		];
		expect(await executionsDuring(hook, sendAll)).toBe(3);
		await n8n.server.stop();
		await n8n.restart();
		await until(async () => (await statusOf(hook.url, {})) === 400);
		let statuses: number[] = [];
		expect(await executionsDuring(hook, async () => (statuses = await sendAll()))).toBe(0);
		expect(statuses).toEqual([200, 200, 200]);
	});
});

describe('with the video', () => {
	const options = { download: { settings: { outputBinaryPropertyName: 'video' } } };

	/** The workflow with a node that saves the video instead of the No Operation node. */
	async function withSaveNode(fileName: string): Promise<Workflow> {
		const workflow = await withTrigger('download', { options });
		Object.assign(nodeOf(workflow, 'Video Ready'), {
			type: 'n8n-nodes-base.readWriteFile',
			parameters: { operation: 'write', fileName, dataPropertyName: 'video' },
		});
		return workflow;
	}

	test('the item contains the file', async () => {
		const saved = join(server.folder, 'saved.mp4');
		const hook = await publishWorkflow('download', await withSaveNode(saved));
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

	test('a failed download is repeated with the next request', async () => {
		const hook = await publish('no-download', { options });
		const uuid = await sandbox.createJob({ status: 'completed' });
		const gone = { kind: 'gateway' as const, httpStatus: 403 };
		await sandbox.fault({ endpoint: 'video', fault: gone });
		const work = async () => {
			expect(await statusOf(hook.url, { uuid })).toBe(503);
			expect(n8n.log()).toContain(`Video ${uuid} couldn't be downloaded`);
			expect(await statusOf(hook.url, { uuid })).toBe(200);
		};
		expect(await executionsDuring(hook, work)).toBe(1);
	});
});

test('test executions in the editor can be repeated with the same video', async () => {
	const hook = await publish('testing');
	const uuid = await sandbox.createJob({ status: 'completed' });
	const work = async () => {
		expect(await statusOf(hook.url, { uuid })).toBe(200);
		for (let times = 0; times < 2; times++) {
			await n8n.listen(hook.id, TRIGGER);
			expect(await statusOf(hook.testUrl, { uuid: 'no-such-video' })).toBe(202);
			expect(await statusOf(hook.testUrl, { uuid })).toBe(200);
			// n8n responds first and stops listening shortly afterwards.
			await until(async () => (await statusOf(hook.testUrl, {})) === 404);
		}
	};
	expect(await executionsDuring(hook, work)).toBe(3);
});
