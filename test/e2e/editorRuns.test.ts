/** Executing the node in n8n's editor, and the output that the editor shows. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { waitFor } from '../../scripts/lib/waitFor';
import { root } from '../../scripts/lib/paths';
import { nodeOf, readExample, withFields, type Workflow } from '../../scripts/n8n/workflow';
import {
	startEditorEnvironment,
	testInEditor,
	type EditorEnvironment,
} from './support/editorEnvironment';
import { isSince } from './support/version';
import { untilPolled, untilTwo } from './support/waiting';

// n8n and Chromium start in seconds, but the first run installs them.
jest.setTimeout(15 * 60_000);

const NODE = 'Generate Video';
const media = join(root, 'examples', 'media');

let environment: EditorEnvironment;
let output: string;

beforeAll(async () => {
	environment = await startEditorEnvironment();
	output = await mkdtemp(join(environment.folder, 'editor-'));
	const data = { apiKey: environment.sandbox.key, baseUrl: environment.sandbox.baseUrl };
	await environment.n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
});

afterAll(async () => {
	await environment?.close();
	await rm(output, { recursive: true, force: true });
});

beforeEach(async () => await environment.sandbox.reset());

const testEditor = (title: string, work: () => Promise<void>) =>
	testInEditor(title, () => environment, work);

/** Stores the workflow and opens it in the browser. */
async function open(workflow: Workflow): Promise<void> {
	await environment.editor.openWorkflow(await environment.n8n.importWorkflow(workflow));
}

/** The members of HTMLVideoElement used here; the project doesn't include the DOM types. */
interface Player {
	muted: boolean;
	readonly currentTime: number;
	play(): Promise<void>;
}

/** Whether a video in the page plays: its current time increases. */
async function plays(video: Locator): Promise<boolean> {
	await video.evaluate<void, Player>(async (element) => {
		element.muted = true; // browsers block autoplay with sound
		await element.play();
	});
	const time = async () => await video.evaluate<number, Player>((e) => e.currentTime);
	const before = await time();
	const after = await waitFor(time, (now) => now > before);
	return after > before;
}

testEditor('text to video shows the URL first, and one hint that it can expire', async () => {
	const { editor } = environment;
	await open(await readExample('text-to-video'));
	await editor.execute();
	await editor.openNode(NODE);
	const { panel } = editor;
	await panel.waitForOutput();
	await panel.view('table');
	await panel.output.getByRole('cell', { name: `${environment.sandbox.origin}/` }).waitFor();
	await panel.output.getByRole('cell', { name: 'completed' }).waitFor();
	const headers = await panel.output.locator('table th').allInnerTexts();
	expect(headers.slice(0, 3).map((text) => text.trim())).toEqual(['videoUrl', 'uuid', 'status']);
	const hint = panel.output.getByText(/can expire/);
	await hint.first().waitFor();
	expect(await hint.count()).toBe(1);
});

testEditor(
	'image to video generates a video from a file, which plays in the output panel',
	async () => {
		const { editor } = environment;
		const inputFile = join(media, 'photo.jpg');
		const example = await readExample('image-to-video');
		await open(withFields(example, 'Files', { inputFile, outputFolder: output }));
		await editor.execute();
		await editor.openNode(NODE);
		const { panel } = editor;
		await panel.waitForOutput();
		await panel.view('binary');
		await panel.output.getByText('video/mp4').first().waitFor();
		await panel.output.getByText('View', { exact: true }).click();
		expect(await plays(panel.output.locator('video'))).toBe(true);
		expect(
			await waitFor(
				async () => await readdir(output),
				({ length }) => length === 1,
			),
		).toEqual([expect.stringMatching(/\.mp4$/)]);
	},
);

testEditor('missing credits are reported with a hint', async () => {
	const { editor, sandbox } = environment;
	await sandbox.settings({ credits: 1 });
	await open(await readExample('text-to-video'));
	await editor.execute();
	await editor.openNode(NODE);
	const { message, description } = editor.panel.error;
	expect(await message.innerText()).toBe('Not enough credits: 2 required, 1 available');
	expect(await description.innerText()).toContain('Add credits to the account');
});

testEditor('with On Error: Continue, the output shows the number of failed items', async () => {
	const { editor, sandbox } = environment;
	await sandbox.settings({ failNext: 1 });
	const workflow = await readExample('batch-of-prompts');
	const node = nodeOf(workflow, 'Generate Videos');
	const nodes = workflow.nodes.map((each) =>
		each === node ? { ...each, onError: 'continueRegularOutput' } : each,
	);
	await open({ ...workflow, nodes });
	await editor.execute();
	await editor.openNode('Generate Videos');
	await editor.panel.output
		.getByText(/1 of \d+ items couldn't be processed/)
		.first()
		.waitFor();
});

testEditor('Stop cancels the execution immediately', async () => {
	const { editor, n8n, sandbox } = environment;
	await sandbox.settings({ jobSeconds: 120 });
	await open(await readExample('text-to-video'));
	await editor.execute();
	const statusChecks = await untilPolled(sandbox);
	expect(statusChecks).not.toEqual([]);
	await editor.stop();
	const button = editor.page.getByTestId('execute-workflow-button').first();
	await button.getByText(/^Execute workflow/).waitFor();
	// Logged by the node itself; n8n shows the execution as canceled anyway.
	const uuid = String(statusChecks[0]?.uuid);
	const log = await waitFor(
		async () => n8n.log(),
		(text) => text.includes(uuid),
	);
	expect(log).toContain(uuid);
});

testEditor('an example can be imported through the menu and executed', async () => {
	const { editor, sandbox } = environment;
	await editor.newWorkflow();
	await editor.importFile(join(root, 'examples', 'batch-of-prompts.json'));
	// n8n 1.x selects a credential only when the node is opened, as the example's note explains.
	await editor.openNode('Generate Videos');
	await editor.panel.selectedCredential.waitFor();
	await editor.panel.close();
	await editor.execute();
	await editor.openNode('Generate Videos');
	await editor.panel.waitForOutput();
	const submitted = await sandbox.journal({ endpoint: 'generate' });
	expect(submitted.length).toBeGreaterThan(2);
	await editor.panel.output.getByText(`${submitted.length} items`).first().waitFor();
});

testEditor('the form example plays the video to its visitor', async () => {
	const { editor, n8n } = environment;
	await n8n.publish(await n8n.importWorkflow(await readExample('form-to-video')));
	const page = await editor.openVisitorPage();
	await page.goto(`${n8n.url}/form/veo-video`);
	await page.getByLabel('Prompt').fill('A red balloon');
	await page.getByLabel('Aspect Ratio').selectOption({ label: '9:16' });
	await page.getByRole('button', { name: 'Submit' }).click();
	const video = page.locator('video');
	await video.waitFor();
	expect(await plays(video)).toBe(true);
	await page.close();
});

// Data tables that a workflow can create came with n8n 2.3.
if (isSince(2, 3)) {
	testEditor('the video register is a table in the Data tables tab', async () => {
		const { n8n, editor } = environment;
		const execution = await n8n.run(
			await n8n.importWorkflow(await readExample('reuse-paid-videos')),
		);
		const grid = await editor.openDataTable('veo_videos');
		for (const { json } of execution.itemsOf('Generate Videos')) {
			await grid.getByText(String(json.uuid)).first().waitFor();
		}
		expect(await grid.getByText('completed').count()).toBeGreaterThan(1);
	});
}

// Durable waits need n8n 2.41.
if (isSince(2, 41)) {
	/** Starts the example with a durable wait, in the editor. @returns the IDs of both executions that wait */
	async function suspend(options: object): Promise<{ workflowId: string; waiting: string[] }> {
		const { editor, n8n } = environment;
		const workflow = await readExample('text-to-video');
		Object.assign(nodeOf(workflow, NODE).parameters, { waitMode: 'durable', options });
		const workflowId = await n8n.importWorkflow(workflow);
		await editor.openWorkflow(workflowId);
		await editor.execute();
		const waiting = await untilTwo(n8n, workflowId, ['waiting']);
		return { workflowId, waiting };
	}

	testEditor('during a durable wait, the editor shows what the node waits for', async () => {
		const { editor, n8n, sandbox } = environment;
		await sandbox.settings({ jobSeconds: 3600 });
		for (const [options, tooltip, hint] of [
			[
				{},
				'n8n resumes this execution when all of them are ready, even if you close the editor.',
				'Execution suspended until 1 video is ready. No worker is occupied',
			],
			[
				{ callbackField: 'callbackUrl' },
				'n8n resumes this execution when all of them are ready (on callbacks of the API), even',
				'Execution suspended until 1 video is ready. The API sends a callback when a video is finished.',
			],
		] as const) {
			const { workflowId, waiting } = await suspend(options);
			// n8n 2.41.1 draws a moving frame, and has no icon or tooltip for a node that waits
			const frame = editor.page.locator(`.waiting[data-node-name="${NODE}"]`);
			await frame.waitFor();
			await editor.openNode(NODE);
			const { output: panel } = editor.panel;
			await panel.getByText('Waiting for input').waitFor();
			await panel.getByText(`The videos are being generated. ${tooltip}`).waitFor();
			await panel.getByText(hint).waitFor();
			await editor.panel.close();

			// n8n 2.41.1 removes the data of the node that waits from an execution that it loads
			await editor.openExecution(workflowId, String(waiting.at(-1)));
			const sidebar = editor.page.getByTestId('executions-sidebar');
			await sidebar.getByText('Waiting').nth(1).waitFor();
			await frame.waitFor();
			await editor.openNode(NODE);
			await panel.getByText('No output data').waitFor();
			await editor.panel.close();
			// the execution that waits for it
			await editor.openExecution(workflowId, String(waiting[0]));
			await editor.page.getByText(`${NODE} of the workflow`).waitFor();
			if (!('callbackField' in options)) {
				const [job] = (await sandbox.state()).jobs;
				await editor.page.getByText(String(job?.uuid)).waitFor();
			}
			for (const id of waiting) await n8n.stopExecution(id);
		}
	});
}
