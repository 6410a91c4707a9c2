/** The node's form in n8n's own editor: found, added, given a credential, filled in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../scripts/browser/eventually';
import { root } from '../../scripts/lib/paths';
import { openStage, testInEditor, type Stage } from './support/stage';
import { keyRefusal } from './support/version';

// n8n and Chromium start in seconds, but are installed first if this machine does not have them yet.
jest.setTimeout(15 * 60_000);

let stage: Stage;

beforeAll(async () => {
	stage = await openStage();
	await stage.editor.newWorkflow();
});

afterAll(async () => await stage?.close());

const seen = (title: string, work: () => Promise<void>) => testInEditor(title, () => stage, work);

/** Names of what the list of nodes finds, the best first. */
async function find(words: string): Promise<string[]> {
	const found = await stage.editor.search(words);
	await found.filter({ hasText: 'Veo 3.1' }).first().waitFor();
	const texts = await found.allInnerTexts();
	return texts.map((text) => text.split('\n')[0] ?? '');
}

describe('a new user', () => {
	seen('finds the node by its name, and by what it does', async () => {
		expect((await find('veo'))[0]).toBe('Veo 3.1');
		expect((await find('text to video'))[0]).toBe('Veo 3.1');
		expect((await find('image to video'))[0]).toBe('Veo 3.1');
		expect((await find('video')).slice(0, 5)).toContain('Veo 3.1');
	});

	seen('sees the icon for light and for dark surroundings', async () => {
		const { editor } = stage;
		const item = (await editor.search('veo')).filter({ hasText: 'Veo 3.1' }).first();
		const icon = item.locator('img').first();
		for (const [theme, file] of [
			['dark', 'veo.dark.svg'],
			['light', 'veo.svg'],
		] as const) {
			await editor.setTheme(theme);
			const source = await eventually(
				async () => (await icon.getAttribute('src')) ?? '',
				(src) => src.endsWith(`/${file}`),
			);
			expect(source).toMatch(new RegExp(`/icons/n8n-nodes-veo/.*/${file}$`));
			const picture = await stage.editor.page.request.get(`${stage.n8n.url}${source}`);
			expect(picture.headers()['content-type']).toContain('image/svg+xml');
			// a picture that cannot be drawn has none
			const width = async () =>
				await icon.evaluate<number, { naturalWidth: number }>((image) => image.naturalWidth);
			expect(await eventually(width, (pixels) => pixels > 0)).toBeGreaterThan(0);
		}
	});

	seen('adds it by the action it shall do', async () => {
		const { editor } = stage;
		const offered = await editor.findNode('veo', 'Veo 3.1');
		await offered.filter({ hasText: 'On video completed' }).first().waitFor();
		await editor.addOffered(offered, 'Generate video');
		await editor.panel.close();
		await editor.node('Generate video').getByText('generate: video').waitFor();
		await editor.openNode(await editor.lastName());
	});
});

describe('the credential', () => {
	const problem = async (values: Record<string, string>): Promise<string> => {
		const { credential } = stage.editor;
		await credential.openChosen();
		await credential.success.waitFor();
		await credential.fill(values);
		await credential.save();
		const text = await credential.problem();
		const { key: apiKey, baseUrl } = stage.sandbox;
		await credential.fill({ apiKey, baseUrl });
		await credential.save();
		await credential.success.waitFor();
		await credential.close();
		return text;
	};

	seen('is made from the node, and tested without cost', async () => {
		const { editor, sandbox } = stage;
		await editor.credential.openNew();
		await editor.credential.fill({ apiKey: sandbox.key, baseUrl: sandbox.baseUrl });
		await editor.credential.save();
		const requests = await eventually(
			async () => await sandbox.journal(),
			({ length }) => length > 0,
		);
		expect(requests.map(({ endpoint, keyAccepted }) => ({ endpoint, keyAccepted }))).toEqual([
			{ endpoint: 'status', keyAccepted: true },
		]);
		await editor.credential.close();
		await editor.credential.openChosen();
		await editor.credential.success.waitFor();
		await editor.credential.close();
	});

	seen('says that a wrong key was refused', async () => {
		expect(await problem({ apiKey: 'wrong' })).toMatch(keyRefusal);
	});

	seen('says that a dead host cannot be reached', async () => {
		const text = await problem({ baseUrl: 'http://127.0.0.1:9/api' });
		expect(text).toMatch(/ECONNREFUSED|refused/);
	});

	seen('says that another web site is no Veo API', async () => {
		expect(await problem({ baseUrl: stage.n8n.url })).toContain('not as a Veo API');
	});
});

test('n8n serves the output schemas of a community node', async () => {
	const schemas = join(root, 'nodes', 'Veo', '__schema__', 'v1.0.0');
	for (const operation of ['video/generate', 'video/getStatus', 'video/download', 'image/upload']) {
		const url = `${stage.n8n.url}/schemas/n8n-nodes-veo.veo/1.0.0/${operation}.json`;
		const served: unknown = await (await fetch(url)).json();
		const file = await readFile(join(schemas, `${operation}.json`), 'utf8');
		expect(served).toEqual(JSON.parse(file));
	}
});

describe('the form shows what applies, and nothing else', () => {
	const head = ['resource', 'operation'];
	const waiting = ['waitForCompletion', 'waitMode', 'downloadVideo'];
	const shows = async (...wanted: string[]) => {
		const names = [...head, ...wanted];
		expect(await stage.editor.panel.fields(names)).toEqual(names);
	};

	seen('Generate from text', async () => {
		const { panel } = stage.editor;
		const text = ['generationType', 'prompt', 'aspectRatio'];
		await shows(...text, ...waiting);
		await panel.set('downloadVideo', true);
		await shows(...text, ...waiting, 'outputBinaryPropertyName');
		await panel.set('waitForCompletion', false);
		await shows(...text, 'waitForCompletion');
		await panel.set('waitForCompletion', true);
		await panel.set('downloadVideo', false);
	});

	seen('Generate from an image, by its source', async () => {
		const { panel } = stage.editor;
		await panel.choose('generationType', 'Image to Video');
		const shownBySource = async (...fields: string[]) =>
			await shows('generationType', 'prompt', 'imageSource', ...fields, 'aspectRatio', ...waiting);
		await shownBySource('binaryPropertyName');
		await panel.choose('imageSource', 'URL');
		await shownBySource('imageUrl');
		await panel.choose('imageSource', 'Uploaded Image');
		await shownBySource('imageUrl', 'imageKey');
	});

	seen('Get Status', async () => {
		const { panel } = stage.editor;
		await panel.choose('operation', 'Get Status');
		await shows('videoId', 'waitForCompletion', 'branchByStatus');
		await panel.set('waitForCompletion', true);
		await shows('videoId', ...waiting);
		await panel.set('downloadVideo', true);
		await shows('videoId', ...waiting, 'outputBinaryPropertyName');
		await panel.set('waitForCompletion', false);
		await shows('videoId', 'waitForCompletion', 'branchByStatus');
	});

	seen('the branches of Get Status are outputs on the canvas', async () => {
		const { editor } = stage;
		await editor.panel.set('branchByStatus', true);
		await editor.panel.close();
		const name = await editor.lastName();
		const outputs = editor.outputsOf(name);
		const labels = ['Completed', 'In Progress', 'Failed'];
		const shown = await eventually(
			async () => await outputs.allInnerTexts(),
			(texts) => texts.join() === labels.join(),
		);
		expect(shown).toEqual(labels);
		await editor.openNode(name);
		await editor.panel.set('branchByStatus', false);
		await editor.panel.close();
		await outputs.nth(1).waitFor({ state: 'detached' });
		await editor.openNode(await editor.lastName());
	});

	seen('Download', async () => {
		await stage.editor.panel.choose('operation', 'Download');
		await shows('videoId', 'outputBinaryPropertyName');
	});

	seen('Upload', async () => {
		await stage.editor.panel.choose('resource', 'Image');
		await shows('binaryPropertyName');
	});
});
