import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startSandbox } from '../sandbox/client';
import { Editor } from './browser/editor';
import { keepWebp } from './browser/webp';
import { mediaFolder } from './demo/examples';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { build, pack } from './lib/pack';
import { root } from './lib/paths';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';
import { N8nInstance } from './n8n/instance';
import { readExample, readWorkflow, withFields } from './n8n/workflow';

const pictures = join(root, 'docs', 'images');
const SIZE = { width: 1440, height: 840 };
/** What n8n shows for a moment, over what the picture is about. */
const PASSING = '.el-notification, .el-message { display: none !important; }';
/** Of animations, before a picture is taken. */
const SETTLE_MS = 700;

/** Takes the pictures of the docs, in an n8n with the node and a sandbox account. */
class Photographer {
	constructor(
		private readonly n8n: N8nInstance,
		private readonly editor: Editor,
		private readonly page: Page,
		/** Where the example reads its image and writes its video. */
		private readonly files: { inputFile: string; outputFolder: string },
	) {}

	private async keep(name: string, page = this.page): Promise<void> {
		await page.addStyleTag({ content: PASSING });
		await page.mouse.move(0, 0);
		await page.waitForTimeout(SETTLE_MS);
		const bytes = await keepWebp(page, join(pictures, `${name}.webp`));
		console.log(`  docs/images/${name}.webp (${Math.round(bytes / 1000)} kB)`);
	}

	/** Runs the open workflow to its good end. */
	private async execute(): Promise<void> {
		await this.editor.execute();
		const done = this.page.getByText('Workflow executed successfully').first();
		const problem = this.page.getByText(/^Problem in node/).first();
		await done.or(problem).waitFor();
		if (await problem.isVisible()) throw new Failure(await problem.locator('../..').innerText());
	}

	async credential(account: { apiKey: string; baseUrl: string }): Promise<void> {
		const { credential } = this.editor;
		await this.editor.newWorkflow();
		await this.editor.addNode('veo', 'Veo 3.1', 'Generate video');
		await credential.openNew();
		await credential.fill(account);
		await credential.save();
		await credential.root.waitFor({ state: 'hidden' }); // n8n closes it once its test succeeded
		await credential.openChosen();
		await credential.success.waitFor();
		await this.keep('credential');
		await credential.close();
	}

	/** Each operation's form, with what it has handed on. */
	async operations(): Promise<void> {
		const workflow = await readWorkflow(join(root, 'scripts', 'demo', 'operations.json'));
		const { inputFile } = this.files;
		const { editor, n8n } = this;
		await editor.openWorkflow(
			await n8n.importWorkflow(withFields(workflow, 'File', { inputFile })),
		);
		await this.execute();
		for (const [node, picture, view] of [
			['Generate Video', 'generate', 'schema'],
			['Get Status', 'get-status', 'schema'],
			['Download', 'download', 'binary'],
			['Upload', 'upload', 'schema'],
		] as const) {
			await editor.openNode(node);
			await editor.panel.view(view);
			await this.keep(picture);
			await editor.panel.close();
		}
	}

	async branches(): Promise<void> {
		await this.editor.openWorkflow(await this.n8n.importWorkflow(await readExample('status-loop')));
		await this.execute();
		await this.editor.zoomToFit();
		await this.keep('branches');
	}

	async imageToVideo(): Promise<void> {
		const { editor } = this;
		const example = withFields(await readExample('image-to-video'), 'Files', this.files);
		await editor.openWorkflow(await this.n8n.importWorkflow(example));
		await this.execute();
		await editor.zoomToFit();
		await this.keep('canvas');
		await editor.openNode('Generate Video');
		await editor.panel.view('binary');
		await editor.panel.output.getByText('View', { exact: true }).click();
		await editor.panel.output.locator('video').waitFor();
		await this.keep('video');
	}

	async problem(): Promise<void> {
		const example = await readExample('text-to-video');
		await this.editor.openWorkflow(await this.n8n.importWorkflow(example));
		await this.editor.execute();
		await this.editor.openNode('Generate Video');
		await this.editor.panel.problem.message.waitFor();
		await this.keep('error');
	}

	async form(): Promise<void> {
		await this.n8n.publish(await this.n8n.importWorkflow(await readExample('form-to-video')));
		const page = await this.editor.visitor();
		await page.setViewportSize(SIZE);
		await page.goto(`${this.n8n.url}/form/veo-video`);
		await page.getByLabel('Prompt').fill('A red balloon over the roofs of a small town');
		await this.keep('form', page);
		await page.close();
	}
}

main(async () => {
	const n8n = await ensureN8n();
	await step('Building the node', build);
	const node = await step('Packing the node', pack);
	const sandbox = await startSandbox({ jobSeconds: 1 });
	const folder = await mkdtemp(join(tmpdir(), 'veo-')); // no path of this checkout in a picture
	await copyFile(join(mediaFolder, 'photo.jpg'), join(folder, 'photo.jpg'));
	const instance = await step('Starting n8n', async () => {
		return await N8nInstance.start({ n8n, node, files: [folder] });
	});
	const editor = await Editor.open(instance);
	try {
		const { page } = editor;
		await page.setViewportSize(SIZE);
		const places = { inputFile: join(folder, 'photo.jpg'), outputFolder: folder };
		const photographer = new Photographer(instance, editor, page, places);
		const account = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		await photographer.credential(account);
		await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: account });
		await photographer.operations();
		await photographer.branches();
		await photographer.imageToVideo();
		await photographer.form();
		await sandbox.settings({ credits: 1 });
		await photographer.problem();
	} finally {
		await editor.close();
		await sandbox.close();
		await rm(folder, { recursive: true, force: true });
	}
});
