/** Every example workflow, imported into a real n8n and executed against the sandbox. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/client';
import { importExamples } from '../../scripts/demo/examples';
import { root } from '../../scripts/lib/paths';
import type { Execution } from '../../scripts/n8n/execution';
import type { N8nInstance } from '../../scripts/n8n/instance';
import {
	exampleNames,
	fieldsOf,
	readExample,
	withFields,
	type Workflow,
} from '../../scripts/n8n/workflow';
import { submitForm } from './support/form';
import { startServer, type Server } from './support/server';
import { isSince } from './support/version';
import { until } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const media = join(root, 'examples', 'media');

let sandbox: Sandbox;
let n8n: N8nInstance;
let server: Server;
let output: string;

beforeAll(async () => {
	server = await startServer();
	({ sandbox, n8n } = server);
	output = await mkdtemp(join(server.folder, 'examples-'));
});

afterAll(async () => {
	await server?.end();
	await rm(output, { recursive: true, force: true });
});

beforeEach(async () => await sandbox.reset());

/** Imports and executes an example. Throws the execution's error. */
async function runExample(workflow: Workflow): Promise<Execution> {
	const execution = await n8n.run(await n8n.importWorkflow(workflow), 120);
	if (execution.status !== 'success') throw new Error(execution.problem);
	return execution;
}

async function submissions(): Promise<number> {
	return (await sandbox.journal({ endpoint: 'generate' })).length;
}

/** Downloads the video and checks that it is one. */
async function fetchVideo(url: unknown): Promise<Buffer> {
	const response = await fetch(String(url));
	expect(response.status).toBe(200);
	const video = Buffer.from(await response.arrayBuffer());
	expect(video.toString('latin1', 4, 8)).toBe('ftyp');
	return video;
}

test('every example has a test', async () => {
	expect((await exampleNames()).sort()).toEqual([
		'agent-with-approval',
		'batch-of-prompts',
		'form-to-video',
		'generate-and-trigger-1-submit',
		'generate-and-trigger-2-receive',
		'image-to-video',
		'low-credits-alert',
		'nightly-batch',
		'one-execution-per-video',
		'resume-by-callback',
		'resume-by-webhook',
		'retry-when-available',
		'reuse-paid-videos',
		'status-loop',
		'text-to-video',
		'vertical-and-landscape',
		'videos-this-month',
	]);
});

// earlier versions assign a new ID to an imported workflow; `npm start` runs a later one
if (isSince(2, 20)) {
	test("npm start's import keeps what the user changed, until the example changes", async () => {
		const folder = await mkdtemp(join(tmpdir(), 'veo-import-'));
		const id = await importExamples(n8n, folder);
		expect((await n8n.workflow(id))?.nodes.map(({ type }) => type)).toContain('n8n-nodes-veo.veo');
		const changed = { ...(await readExample('image-to-video')), id, name: 'Changed by the user' };
		await n8n.importWorkflow(changed);
		await importExamples(n8n, folder);
		expect((await n8n.workflow(id))?.name).toBe('Changed by the user');
		await importExamples(n8n, folder, (workflow) => ({
			...workflow,
			settings: { timezone: 'UTC' },
		}));
		expect((await n8n.workflow(id))?.name).not.toBe('Changed by the user');
		await rm(folder, { recursive: true, force: true });
	});
}

test('text-to-video returns the URL of one completed video', async () => {
	const execution = await runExample(await readExample('text-to-video'));
	const items = execution.itemsOf('Generate Video');
	expect(items).toHaveLength(1);
	expect(items[0]?.json).toMatchObject({ status: 'completed', uuid: expect.any(String) });
	await fetchVideo(items[0]?.json.videoUrl);
	expect(await submissions()).toBe(1);
});

test('image-to-video generates a video file from an image file', async () => {
	const inputFile = join(media, 'photo.jpg');
	const example = await readExample('image-to-video');
	const execution = await runExample(
		withFields(example, 'Files', { inputFile, outputFolder: output }),
	);
	const [item] = execution.itemsOf('Save Video');
	expect(item?.json).toMatchObject({
		status: 'completed',
		fileName: join(output, `${String(item?.json.uuid)}.mp4`),
	});
	expect(item?.binary?.data).toMatchObject({ mimeType: 'video/mp4', id: expect.any(String) });
	const saved = await readFile(String(item?.json.fileName));
	expect(saved.equals(await fetchVideo(item?.json.videoUrl))).toBe(true);
	const uploads = await sandbox.journal({ endpoint: 'upload' });
	expect(uploads).toHaveLength(1);
});

test('image-to-video fails with the path if the image file is missing', async () => {
	const inputFile = join(media, 'missing.jpg');
	const example = withFields(await readExample('image-to-video'), 'Files', { inputFile });
	const execution = await n8n.run(await n8n.importWorkflow(example), 120);
	expect(execution.status).toBe('error');
	expect(execution.problem).toContain(`There is no file ${inputFile}`);
	expect(await sandbox.journal()).toEqual([]);
});

test('batch-of-prompts generates all videos in parallel and keeps their order', async () => {
	const execution = await runExample(await readExample('batch-of-prompts'));
	const prompts = execution.itemsOf('One Item per Prompt').map(({ json }) => json.prompt);
	const videos = execution.itemsOf('Generate Videos');
	expect(prompts.length).toBeGreaterThan(2);
	expect(videos.map(({ json }) => json.prompt)).toEqual(prompts);
	expect(videos.every(({ json }) => json.status === 'completed')).toBe(true);
	expect(await submissions()).toBe(prompts.length);
	const endpoints = (await sandbox.journal()).map(({ endpoint }) => endpoint);
	expect(endpoints.indexOf('status')).toBe(prompts.length);
});

test('status-loop polls in the workflow until the video is ready', async () => {
	await sandbox.settings({ jobSeconds: 6 }); // longer than one Wait node
	const execution = await runExample(await readExample('status-loop'));
	expect(execution.runsOf('Get Status').length).toBeGreaterThan(1);
	const [item] = execution.itemsOf('Video Ready');
	expect(item?.json).toMatchObject({ status: 'completed' });
	await fetchVideo(item?.json.videoUrl);
	expect(await submissions()).toBe(1);
});

test('status-loop reports the ID of a failed video', async () => {
	const id = await n8n.importWorkflow(await readExample('status-loop'));
	await sandbox.settings({ failNext: 1 });
	const execution = await n8n.run(id, 120);
	expect(execution.status).toBe('error');
	const [failed] = execution.itemsOf('Get Status', 2);
	expect(failed?.json.status).toBe('failed');
	expect(execution.problem).toContain(String(failed?.json.uuid));
});

test('form-to-video shows the video on the last page of the form', async () => {
	const id = await n8n.importWorkflow(await readExample('form-to-video'));
	await n8n.publish(id);
	const form = `${n8n.url}/form/veo-video`;
	const page = await submitForm(form, { Prompt: 'A red balloon', 'Aspect Ratio': '9:16' });
	const [, source] = /<video[^>]* src="([^"]+)"/.exec(page) ?? [];
	await fetchVideo(source);
	const execution = await until(async () => (await n8n.executionsOf(id)).at(-1));
	const [item] = (await n8n.waitUntilFinished(execution, 60)).itemsOf('Generate Video');
	expect(item?.json).toMatchObject({ prompt: 'A red balloon', aspectRatio: '9:16' });
});

test('resume-by-webhook waits until the API sends a callback', async () => {
	await sandbox.settings({ jobSeconds: 3 }); // the execution is waiting by then
	const execution = await runExample(await readExample('resume-by-webhook'));
	const [item] = execution.itemsOf('Video Ready');
	expect(item?.json).toMatchObject({ status: 'completed' });
	await fetchVideo(item?.json.videoUrl);
	const { callbacks } = await sandbox.state();
	expect(callbacks).toMatchObject([{ uuid: item?.json.uuid, status: 200 }]);
	expect(await sandbox.journal({ endpoint: 'status' })).toHaveLength(1);
	expect(await submissions()).toBe(1);
});

test('resume-by-webhook resumes even if the first callback arrives too early', async () => {
	await sandbox.settings({ jobSeconds: 0, callbackRetrySeconds: 0.5 });
	// The sandbox accepts the request immediately, so the callback precedes the response.
	await sandbox.fault({ endpoint: 'generate', fault: { kind: 'slow', ms: 1000 } });
	const execution = await runExample(await readExample('resume-by-webhook'));
	expect(execution.itemsOf('Video Ready')[0]?.json).toMatchObject({ status: 'completed' });
	const { callbacks } = await sandbox.state();
	expect(callbacks[0]?.status).not.toBe(200);
	expect(callbacks.at(-1)).toMatchObject({ status: 200 });
});

test('resume-by-webhook keeps waiting after a forged callback', async () => {
	await sandbox.settings({ jobSeconds: 6, callbackRetrySeconds: 0.2 });
	const id = await n8n.importWorkflow(await readExample('resume-by-webhook'));
	const running = await n8n.begin(id);
	const [submitted] = await until(async () => {
		const execution = await n8n.executionIfReady(running);
		return execution?.status === 'waiting' ? execution.itemsOf('Submit Video') : undefined;
	});
	const forged = { method: 'POST', body: '{"uuid":"forged","status":"completed"}' };
	const { status } = await fetch(String(submitted?.json.callbackUrl), forged);
	expect(status).toBe(200);
	const execution = await n8n.waitUntilFinished(running, 60);
	expect(execution.runsOf('Get Status')).toHaveLength(2);
	const [item] = execution.itemsOf('Video Ready');
	expect(item?.json).toMatchObject({ uuid: submitted?.json.uuid, status: 'completed' });
});

test('generate-and-trigger: one workflow submits, another one starts when the video is ready', async () => {
	const receiving = await n8n.importWorkflow(await readExample('generate-and-trigger-2-receive'));
	await n8n.publish(receiving);
	const submitting = await readExample('generate-and-trigger-1-submit');
	const [assignment] = fieldsOf(submitting, 'Callback');
	const { pathname } = new URL(String(assignment?.value));
	const callbackUrl = `${n8n.url}${pathname}`;
	const execution = await runExample(withFields(submitting, 'Callback', { callbackUrl }));
	const [submitted] = execution.itemsOf('Submit Video');
	expect(submitted?.json.status).toBe('pending');
	const received = await until(async () => (await n8n.executionsOf(receiving)).at(-1));
	const [item] = (await n8n.waitUntilFinished(received, 60)).itemsOf('Video Ready');
	expect(item?.json).toMatchObject({ uuid: submitted?.json.uuid, status: 'completed' });
	await fetchVideo(item?.json.videoUrl);
});
