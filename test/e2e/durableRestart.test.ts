/** A parked execution survives the death of n8n, and takes nobody's place meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../sandbox/client';
import { packedNode } from '../../scripts/lib/pack';
import type { Execution } from '../../scripts/n8n/execution';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { promptsWorkflow, RESULT } from './support/promptsWorkflow';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

const NAMES = ['first', 'second'];
const promptsOf = (name: string) => ['1', '2', '3', '4', '5'].map((number) => `${name} ${number}`);

let userFolder: string;
let sandbox: Sandbox;
let n8n: N8nInstance;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'veo-restart-'));
	sandbox = await startSandbox({ jobSeconds: 20, credits: 100 });
	n8n = await startN8n();
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
	await rm(userFolder, { recursive: true, force: true });
});

/** An n8n that runs one production execution at a time. */
async function startN8n(): Promise<N8nInstance> {
	const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };
	return await N8nInstance.start({
		...{ n8n: await ensureN8n(), node: await packedNode() },
		...{ userFolder, env },
	});
}

/** Publishes a workflow and calls its webhook. @returns the execution's id */
async function call(name: string, parameters: object): Promise<string> {
	const workflow = promptsWorkflow({
		...{ name, prompts: promptsOf(name) },
		parameters: { ...parameters },
	});
	const id = await n8n.importWorkflow(workflow);
	await n8n.publish(id);
	const answer = await fetch(`${n8n.url}/webhook/${name}`, { method: 'POST' });
	expect(answer.status).toBe(200);
	for (;;) {
		const ids = await n8n.executionsOf(id);
		if (ids.length > 0) return String(ids.at(-1));
		await sleep(100);
	}
}

async function until(id: string, status: string): Promise<Execution> {
	for (;;) {
		const execution = await n8n.execution(id);
		if (execution.status === status) return execution;
		if (execution.isFinished) throw new Error(execution.problem);
		await sleep(100);
	}
}

test('kill -9 while ten videos are waiting loses none, and orders none twice', async () => {
	const durable = { waitForCompletion: true, waitMode: 'durable' };
	const ids: string[] = [];
	for (const name of NAMES) {
		// with room for one, the second could not even begin if the first took it
		ids.push(await call(name, durable));
		await until(String(ids.at(-1)), 'waiting');
	}
	const other = await call('other', { waitForCompletion: false });
	await until(other, 'success');
	expect(await n8n.executions({ status: ['running'] })).toEqual([]);
	const looks = async () => (await sandbox.journal({ endpoint: 'status' })).length;
	const before = await looks();

	await n8n.kill();
	n8n = await startN8n();
	// n8n calls parked executions crashed for a moment while it starts, until it has read its log
	while ((await looks()) < before + 10) await sleep(500);
	const done = await Promise.all(ids.map(async (id) => await n8n.waitUntilFinished(id, 400)));
	expect(done.map(({ problem }) => problem)).toEqual(['Result: success', 'Result: success']);

	const { jobs } = await sandbox.state();
	const urls = new Map(jobs.map(({ prompt, videoUrl }) => [prompt, videoUrl]));
	expect(urls.size).toBe(15);
	for (const [index, name] of NAMES.entries()) {
		const items = done[index]?.itemsOf(RESULT).map(({ json }) => json);
		expect(items).toEqual(
			promptsOf(name).map((prompt) => ({ askedFor: prompt, videoUrl: urls.get(prompt) })),
		);
	}
	// ten, and the other workflow's five
	expect(await sandbox.journal({ endpoint: 'generate' })).toHaveLength(15);
});
