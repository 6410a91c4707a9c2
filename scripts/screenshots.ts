import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startSandbox } from '../sandbox/client';
import { Editor } from './browser/editor';
import { keepWebp } from './browser/webp';
import { mediaFolder } from './demo/examples';
import { main } from './lib/main';
import { build, pack } from './lib/pack';
import { root } from './lib/paths';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';
import { N8nInstance } from './n8n/instance';
import { readExample, withFields } from './n8n/workflow';

const folder = join(root, 'docs', 'images');
const SIZE = { width: 1280, height: 760 };
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
	) {}

	private async keep(name: string, page = this.page): Promise<void> {
		await page.addStyleTag({ content: PASSING });
		await page.mouse.move(0, 0);
		await page.waitForTimeout(SETTLE_MS);
		const bytes = await keepWebp(page, join(folder, `${name}.webp`));
		console.log(`  docs/images/${name}.webp (${Math.round(bytes / 1000)} kB)`);
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

	/** The form of each operation; the node of the last picture is still open. */
	async operations(): Promise<void> {
		const { panel } = this.editor;
		await panel.fill('prompt', 'A lighthouse on a cliff at dawn, slow aerial shot');
		await panel.choose('aspectRatio', 'Landscape');
		await panel.execute();
		await panel.untilRun();
		await panel.view('schema');
		await this.keep('generate');
		await panel.choose('operation', 'Get Status');
		await panel.set('branchByStatus', true);
		await this.keep('get-status');
		await panel.choose('operation', 'Download');
		await this.keep('download');
		await panel.choose('resource', 'Image');
		await this.keep('upload');
	}

	async branches(): Promise<void> {
		await this.editor.openWorkflow(await this.n8n.importWorkflow(await readExample('status-loop')));
		await this.editor.execute();
		await this.page.getByText('Workflow executed successfully').first().waitFor();
		await this.editor.zoomToFit();
		await this.keep('branches');
	}

	async imageToVideo(outputFolder: string): Promise<void> {
		const { editor } = this;
		const inputFile = join(mediaFolder, 'photo.jpg');
		const files = { inputFile, outputFolder };
		const example = withFields(await readExample('image-to-video'), 'Files', files);
		await editor.openWorkflow(await this.n8n.importWorkflow(example));
		await editor.execute();
		await this.page.getByText('Workflow executed successfully').first().waitFor();
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
	const output = await mkdtemp(join(tmpdir(), 'veo-screenshots-'));
	const files = [mediaFolder, output];
	const instance = await step('Starting n8n', async () => {
		return await N8nInstance.start({ n8n, node, files });
	});
	const editor = await Editor.open(instance);
	try {
		const { page } = editor;
		await page.setViewportSize(SIZE);
		const photographer = new Photographer(instance, editor, page);
		const account = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		await photographer.credential(account);
		await photographer.operations();
		await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: account });
		await photographer.branches();
		await photographer.imageToVideo(output);
		await photographer.form();
		await sandbox.settings({ credits: 1 });
		await photographer.problem();
	} finally {
		await editor.close();
		await sandbox.close();
		await rm(output, { recursive: true, force: true });
	}
});
