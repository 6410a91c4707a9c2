/** What n8n's executions list shows of paid videos while and after an execution waits for them. */
import {
	startEditorEnvironment,
	testInEditor,
	type EditorEnvironment,
} from './support/editorEnvironment';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { isSince } from './support/version';
import { untilExecution, untilPolled, untilTwo } from './support/waiting';

// n8n and Chromium start in seconds, but the first run installs them.
jest.setTimeout(15 * 60_000);

let environment: EditorEnvironment;

beforeAll(async () => {
	environment = await startEditorEnvironment();
	const { n8n, sandbox } = environment;
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
});

afterAll(async () => await environment?.close());

beforeEach(async () => {
	await environment.sandbox.reset();
	await environment.sandbox.settings({ jobSeconds: 600 });
});

const testEditor = (title: string, work: () => Promise<void>) =>
	testInEditor(title, () => environment, work);

const uuids = async () => (await environment.sandbox.state()).jobs.map(({ uuid }) => uuid);

testEditor('a stopped execution shows the IDs of its videos', async () => {
	const { editor, n8n, sandbox } = environment;
	const prompts = ['A kite', 'A boat'];
	const workflow = promptsWorkflow({ name: 'stopped', prompts, parameters: {} });
	const id = await n8n.importWorkflow(workflow);
	const execution = await n8n.begin(id);
	await untilPolled(sandbox);
	await n8n.stopExecution(execution);
	expect((await n8n.waitUntilFinished(execution)).status).toBe('canceled');
	const all = await uuids();
	expect(all).toHaveLength(2);

	// n8n shows custom data only with a license; this entry is shown by every n8n
	const [entry = ''] = await untilTwo(n8n, id, ['canceled', 'success']);
	const canvas = await editor.openExecution(id, entry);
	await canvas.getByText(`Videos of canceled execution ${execution}`).waitFor();
	for (const uuid of all) await canvas.getByText(uuid).first().waitFor();
	const items = (await n8n.waitUntilFinished(entry)).itemsOf('Videos');
	expect(items.map(({ json }) => json.uuid).sort()).toEqual([...all].sort());
	if (isSince(2, 41)) {
		const { customData } = await untilExecution(
			n8n,
			execution,
			({ customData: { veo_videos: videos } }) => videos !== undefined,
		);
		// in the order in which the API accepted them, which is not always that of the items
		expect(customData.veo_videos?.split(', ').sort()).toEqual([...all].sort());
	}
	for (const uuid of all) expect(n8n.log()).toContain(`Veo video ${uuid} (item `);
	expect(n8n.log()).not.toContain(sandbox.key);
});

// durable waits need n8n 2.41
if (isSince(2, 41)) {
	testEditor(
		'the execution that waits is laid out from left to right, without issues',
		async () => {
			const { editor, n8n } = environment;
			const parameters = { waitMode: 'durable' };
			const workflow = promptsWorkflow({ name: 'waiting', prompts: ['A kite'], parameters });
			const id = await n8n.importWorkflow(workflow);
			const parent = await n8n.begin(id);
			const [entry = ''] = await untilTwo(n8n, id, ['waiting']);
			await editor.openExecution(id, entry);
			const boxes = await Promise.all(
				['Start', 'Wait', 'Check Status'].map(async (name) => {
					await editor.node(name).waitFor();
					return await editor.node(name).boundingBox();
				}),
			);
			const [start, wait, check] = boxes.map((box) => ({
				left: box?.x ?? NaN,
				right: (box?.x ?? NaN) + (box?.width ?? NaN),
			}));
			expect(start?.right).toBeLessThan(wait?.left ?? NaN);
			expect(wait?.right).toBeLessThan(check?.left ?? NaN);
			expect(await editor.page.getByTestId('node-issues').count()).toBe(0);
			await editor.page.getByText(`The node ${VEO} of the workflow waiting waits here`).waitFor();
			for (const uuid of await uuids()) await editor.page.getByText(uuid).first().waitFor();
			for (const execution of [parent, entry]) await n8n.stopExecution(execution);

			// n8n keeps what it stored when it suspended the execution
			const canceled = await n8n.waitUntilFinished(parent);
			expect(canceled.status).toBe('canceled');
			expect(canceled.itemsOf(VEO).map(({ json }) => json.uuid)).toEqual(await uuids());
			expect(canceled.customData.veo_videos).toBe((await uuids()).join());
		},
	);
}
