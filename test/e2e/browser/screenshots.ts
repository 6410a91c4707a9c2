import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../../sandbox/client';
import { Editor } from './editor';
import { mediaFolder } from '../../../scripts/demo/examples';
import { main } from '../../../scripts/lib/main';
import { buildAndPack } from '../../../scripts/lib/pack';
import { root } from '../../../scripts/lib/paths';
import { step } from '../../../scripts/lib/progress.cjs';
import { UserError } from '../../../scripts/lib/userError';
import { ensureN8n } from '../../../scripts/n8n/install';
import { N8nInstance } from '../../../scripts/n8n/instance';
import {
	readExample,
	readWorkflow,
	withFields,
	type Workflow,
} from '../../../scripts/n8n/workflow';
import { untilPolled, untilTwo } from '../support/waiting';

const images = join(root, 'docs', 'images');
const SIZE = { width: 1440, height: 840 };
/** Hides n8n's temporary notifications. */
const STYLE = '.el-notification, .el-message { display: none !important; }';
/** Duration of animations. */
const SETTLE_MS = 700;
/** From 0 to 100. Text remains sharp, and a full screen is about 50 kB. */
const QUALITY = 82;

interface Setup {
	n8n: N8nInstance;
	editor: Editor;
	/** Paths that the example reads its image from and writes its video to. */
	files: { inputFile: string; outputFolder: string };
}

/**
 * Saves a screenshot as a WebP file. Uses Chromium's own encoder, because Playwright's screenshot()
 * only supports PNG and JPEG, which are several times larger.
 */
async function save(name: string, page: Page): Promise<void> {
	await page.addStyleTag({ content: STYLE });
	await page.mouse.move(0, 0);
	await page.waitForTimeout(SETTLE_MS);
	const devTools = await page.context().newCDPSession(page);
	const options = { format: 'webp', quality: QUALITY } as const;
	const { data } = await devTools.send('Page.captureScreenshot', options);
	await devTools.detach();
	const image = Buffer.from(data, 'base64');
	await mkdir(images, { recursive: true });
	await writeFile(join(images, `${name}.webp`), image);
	console.log(`  docs/images/${name}.webp (${Math.round(image.length / 1000)} kB)`);
}

/** Imports and opens a workflow, runs it and checks that it succeeds. */
async function execute({ n8n, editor }: Setup, workflow: Workflow): Promise<void> {
	await editor.openWorkflow(await n8n.importWorkflow(workflow));
	await editor.execute();
	const success = editor.page.getByText('Workflow executed successfully').first();
	const problem = editor.page.getByText(/^Problem in node/).first();
	await success.or(problem).waitFor();
	if (await problem.isVisible()) throw new UserError(await problem.locator('../..').innerText());
}

async function credential(editor: Editor, account: Record<string, string>): Promise<void> {
	const dialog = editor.credential;
	await editor.newWorkflow();
	await editor.addNode('veo', 'Veo 3.1', 'Generate video');
	await dialog.openNew();
	await dialog.fill(account);
	await dialog.save();
	await dialog.root.waitFor({ state: 'hidden' }); // n8n closes it after a successful test
	await dialog.openSelected();
	await dialog.success.waitFor();
	await save('credential', editor.page);
	await dialog.close();
}

/** The form of each operation, with its output. */
async function operations(setup: Setup): Promise<void> {
	const { panel, page } = setup.editor;
	const workflow = await readWorkflow(join(root, 'scripts', 'demo', 'operations.json'));
	const { inputFile } = setup.files;
	await execute(setup, withFields(workflow, 'File', { inputFile }));
	for (const [node, image, view] of [
		['Generate Video', 'generate', 'schema'],
		['Get Status', 'get-status', 'schema'],
		['Download', 'download', 'binary'],
		['Upload', 'upload', 'schema'],
	] as const) {
		await setup.editor.openNode(node);
		await panel.view(view);
		await save(image, page);
		await panel.close();
	}
}

async function branches(setup: Setup): Promise<void> {
	await execute(setup, await readExample('status-loop'));
	await setup.editor.zoomToFit();
	await save('branches', setup.editor.page);
}

async function register({ n8n, editor }: Setup): Promise<void> {
	await n8n.run(await n8n.importWorkflow(await readExample('reuse-paid-videos')));
	const grid = await editor.openDataTable('veo_videos');
	await grid.getByText('completed').first().waitFor();
	await save('register', editor.page);
}

async function imageToVideo(setup: Setup): Promise<void> {
	const { editor, files } = setup;
	await execute(setup, withFields(await readExample('image-to-video'), 'Files', files));
	await editor.zoomToFit();
	await save('canvas', editor.page);
	await editor.openNode('Generate Video');
	await editor.panel.view('binary');
	await editor.panel.output.getByText('View', { exact: true }).click();
	await editor.panel.output.locator('video').waitFor();
	await save('video', editor.page);
}

async function form({ n8n, editor }: Setup): Promise<void> {
	await n8n.publish(await n8n.importWorkflow(await readExample('form-to-video')));
	const page = await editor.openVisitorPage();
	await page.setViewportSize(SIZE);
	await page.goto(`${n8n.url}/form/veo-video`);
	await page.getByLabel('Prompt').fill('A red balloon over the roofs of a small town');
	await save('form', page);
	await page.close();
}

async function errorMessage({ n8n, editor }: Setup): Promise<void> {
	await editor.openWorkflow(await n8n.importWorkflow(await readExample('text-to-video')));
	await editor.execute();
	await editor.openNode('Generate Video');
	await editor.panel.error.message.waitFor();
	await save('error', editor.page);
}

/** Imports a workflow that generates a video. @returns its ID */
async function oneVideo({ n8n }: Setup, id: string, parameters: object): Promise<string> {
	const workflow = await readWorkflow(join(root, 'scripts', 'demo', 'oneVideo.json'));
	const [trigger, node] = workflow.nodes;
	if (!trigger || !node) throw new UserError('oneVideo.json needs two nodes.');
	const nodes = [trigger, { ...node, parameters: { ...node.parameters, ...parameters } }];
	return await n8n.importWorkflow({ ...workflow, id, nodes });
}

/** Stops an execution, and opens the entry that lists its videos. */
async function canceled(setup: Setup, sandbox: Sandbox): Promise<void> {
	const { editor } = setup;
	const id = await oneVideo(setup, 'one-video', {});
	await editor.openWorkflow(id);
	await editor.execute();
	await untilPolled(sandbox);
	await editor.stop();
	const [entry = ''] = await untilTwo(setup.n8n, id, ['canceled', 'success']);
	await editor.openExecution(id, entry);
	await save('canceled', editor.page);
}

/** A durable wait in the editor, and the execution that waits. */
async function durableWait(setup: Setup): Promise<void> {
	const { editor } = setup;
	const id = await oneVideo(setup, 'one-video-durable', { waitMode: 'durable' });
	await editor.openWorkflow(id);
	await editor.execute();
	const [entry = ''] = await untilTwo(setup.n8n, id, ['waiting']);
	await editor.openNode('Generate Video');
	await editor.panel.output.getByText('Waiting for input').waitFor();
	await save('waiting', editor.page);
	await editor.panel.close();
	await editor.openExecution(id, entry);
	await save('wait-workflow', editor.page);
	for (const execution of await setup.n8n.readExecutionsOf(id)) {
		await setup.n8n.stopExecution(execution.id);
	}
}

/** Regenerates the screenshots in the docs. */
main(async () => {
	const installed = await ensureN8n();
	const node = await buildAndPack();
	const sandbox = await startSandbox({ jobSeconds: 1 });
	const folder = await mkdtemp(join(tmpdir(), 'veo-')); // no screenshot shows a path of the checkout
	const files = { inputFile: join(folder, 'photo.jpg'), outputFolder: folder };
	await copyFile(join(mediaFolder, 'photo.jpg'), files.inputFile);
	const n8n = await step('Starting n8n', async () => {
		return await N8nInstance.start({ n8n: installed, node, files: [folder] });
	});
	const editor = await Editor.open(n8n);
	try {
		const setup = { n8n, editor, files };
		const account = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		await editor.page.setViewportSize(SIZE);
		await credential(editor, account);
		await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data: account });
		await operations(setup);
		await branches(setup);
		await register(setup);
		await imageToVideo(setup);
		await form(setup);
		await sandbox.settings({ jobSeconds: 600 });
		await canceled(setup, sandbox);
		await durableWait(setup);
		await sandbox.settings({ jobSeconds: 1 });
		await sandbox.settings({ credits: 1 });
		await errorMessage(setup);
	} finally {
		await editor.close();
		await sandbox.close();
		await rm(folder, { recursive: true, force: true });
	}
});
