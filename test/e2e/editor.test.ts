/** The node's form in n8n's editor: finding and adding the node, its credential, and its fields. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../scripts/lib/waitFor';
import { root } from '../../scripts/lib/paths';
import {
	startEditorEnvironment,
	testInEditor,
	type EditorEnvironment,
} from './support/editorEnvironment';
import { isSince } from './support/version';

// n8n and Chromium start in seconds, but the first run installs them.
jest.setTimeout(15 * 60_000);

let environment: EditorEnvironment;

beforeAll(async () => {
	environment = await startEditorEnvironment();
	await environment.editor.newWorkflow();
});

afterAll(async () => await environment?.close());

const testEditor = (title: string, work: () => Promise<void>) =>
	testInEditor(title, () => environment, work);

/** Names of the search results in the node list, best match first. */
async function find(words: string): Promise<string[]> {
	const results = await environment.editor.search(words);
	await results.filter({ hasText: 'Veo 3.1' }).first().waitFor();
	const texts = await results.allInnerTexts();
	return texts.map((text) => text.split('\n')[0] ?? '');
}

describe('a new user', () => {
	testEditor('finds the node by its name and by its purpose', async () => {
		expect((await find('veo'))[0]).toBe('Veo 3.1');
		expect((await find('text to video'))[0]).toBe('Veo 3.1');
		expect((await find('image to video'))[0]).toBe('Veo 3.1');
		expect((await find('video')).slice(0, 5)).toContain('Veo 3.1');
	});

	// test/e2e/search.test.ts has all phrases
	testEditor('finds the node by what people type', async () => {
		for (const phrase of ['generate video ai', 'make reel', 'img2video']) {
			expect((await find(phrase))[0]).toBe('Veo 3.1');
		}
		const item = (await environment.editor.search('veo')).filter({ hasText: 'Veo 3.1' }).first();
		// earlier versions list only the name
		const text = isSince(2, 41)
			? 'Generate AI videos with Veo 3.1, or start a workflow'
			: 'Veo 3.1';
		expect(await item.innerText()).toContain(text);
	});

	testEditor('sees the icon for the light and the dark theme', async () => {
		const { editor } = environment;
		const item = (await editor.search('veo')).filter({ hasText: 'Veo 3.1' }).first();
		const icon = item.locator('img').first();
		for (const [theme, file] of [
			['dark', 'veo.dark.svg'],
			['light', 'veo.svg'],
		] as const) {
			await editor.setTheme(theme);
			const source = await waitFor(
				async () => (await icon.getAttribute('src')) ?? '',
				(src) => src.endsWith(`/${file}`),
			);
			expect(source).toMatch(new RegExp(`/icons/n8n-nodes-veo/.*/${file}$`));
			const image = await environment.editor.page.request.get(`${environment.n8n.url}${source}`);
			expect(image.headers()['content-type']).toContain('image/svg+xml');
			// A broken image has no width.
			const width = async () =>
				await icon.evaluate<number, { naturalWidth: number }>((img) => img.naturalWidth);
			expect(await waitFor(width, (pixels) => pixels > 0)).toBeGreaterThan(0);
		}
	});

	testEditor('adds the node by selecting an action', async () => {
		const { editor } = environment;
		const actions = await editor.findNode('veo', 'Veo 3.1');
		await actions.filter({ hasText: 'On video completed' }).first().waitFor();
		await editor.addAction(actions, 'Generate video');
		await editor.panel.close();
		await editor.node('Generate video from text or image').getByText('generate: video').waitFor();
		await editor.openNode(await editor.lastName());
	});
});

describe('the credential', () => {
	const problem = async (values: Record<string, string>): Promise<string> => {
		const { credential } = environment.editor;
		await credential.openSelected();
		await credential.success.waitFor();
		await credential.fill(values);
		await credential.save();
		const text = await credential.problem();
		const { key: apiKey, baseUrl } = environment.sandbox;
		await credential.fill({ apiKey, baseUrl });
		await credential.save();
		await credential.success.waitFor();
		await credential.close();
		return text;
	};

	testEditor('is created from the node and tested at no cost', async () => {
		const { editor, sandbox } = environment;
		await editor.credential.openNew();
		await editor.credential.fill({ apiKey: sandbox.key, baseUrl: sandbox.baseUrl });
		await editor.credential.save();
		const requests = await waitFor(
			async () => await sandbox.journal(),
			({ length }) => length > 0,
		);
		expect(requests.map(({ endpoint, keyAccepted }) => ({ endpoint, keyAccepted }))).toEqual([
			{ endpoint: 'status', keyAccepted: true },
		]);
		await editor.credential.close();
		await editor.credential.openSelected();
		await editor.credential.success.waitFor();
		await editor.credential.close();
	});

	testEditor('reports a rejected key', async () => {
		expect(await problem({ apiKey: 'wrong' })).toContain('The API key was rejected');
	});

	testEditor('reports an unreachable host', async () => {
		const text = await problem({ baseUrl: 'http://127.0.0.1:9/api' });
		expect(text).toContain("Couldn't connect to the Veo API: connection refused. ");
	});

	testEditor('reports a host without a Veo API', async () => {
		const text = await problem({ baseUrl: environment.n8n.url });
		expect(text).toContain("'Base URL' in the credential doesn't point to a Veo API");
	});

	testEditor('reports a base URL without https://', async () => {
		expect(await problem({ baseUrl: 'veo3o1.com/api' })).toContain("isn't a URL");
	});

	testEditor('links to the page with API keys', async () => {
		const { credential } = environment.editor;
		await credential.openSelected();
		const link = credential.root.locator('a[href="https://veo3o1.com"]');
		await link.first().waitFor();
		await credential.close();
	});
});

test('n8n serves the output schemas of a community node', async () => {
	const schemas = join(root, 'nodes', 'Veo', '__schema__', 'v1.0.0');
	for (const operation of ['video/generate', 'video/getStatus', 'video/download', 'image/upload']) {
		const url = `${environment.n8n.url}/schemas/n8n-nodes-veo.veo/1.0.0/${operation}.json`;
		const served: unknown = await (await fetch(url)).json();
		const file = await readFile(join(schemas, `${operation}.json`), 'utf8');
		expect(served).toEqual(JSON.parse(file));
	}
});

describe('the form shows only relevant fields', () => {
	const head = ['resource', 'operation'];
	const waiting = ['waitForCompletion', 'waitMode', 'downloadVideo'];
	const shows = async (...expected: string[]) => {
		const names = [...head, ...expected];
		expect(await environment.editor.panel.fields(names)).toEqual(names);
	};

	testEditor('Generate from text', async () => {
		const { panel } = environment.editor;
		const text = ['generationType', 'prompt', 'aspectRatio'];
		await shows(...text, ...waiting);
		await panel.set('downloadVideo', true);
		await shows(...text, ...waiting, 'outputBinaryPropertyName');
		await panel.set('waitForCompletion', false);
		await shows(...text, 'waitForCompletion');
		await panel.set('waitForCompletion', true);
		await panel.set('downloadVideo', false);
	});

	testEditor('a durable wait is explained, with its cost first in the list', async () => {
		const { panel, page } = environment.editor;
		const notice = panel.root.getByText('a finished video can be detected up to two minutes late');
		expect(await notice.isVisible()).toBe(false);
		await panel.field('waitMode').click();
		const option = page
			.getByRole('option', { name: /^Durable/ })
			.locator('visible=true')
			.first();
		expect(await option.innerText()).toContain('Slower by up to two minutes. Survives restarts.');
		await option.click();
		await notice.waitFor();
		await panel.choose('waitMode', 'In Process');
		await notice.waitFor({ state: 'hidden' });
		await panel.root.getByText('Each video costs credits.').waitFor();
	});

	testEditor('Generate from an image, for each image source', async () => {
		const { panel } = environment.editor;
		await panel.choose('generationType', 'Image to Video');
		const shownBySource = async (...fields: string[]) =>
			await shows('generationType', 'prompt', 'imageSource', ...fields, 'aspectRatio', ...waiting);
		await shownBySource('binaryPropertyName');
		await panel.choose('imageSource', 'URL');
		await shownBySource('imageUrl');
		await panel.choose('imageSource', 'Uploaded Image');
		await shownBySource('imageUrl', 'imageKey');
	});

	testEditor('Get Status', async () => {
		const { panel } = environment.editor;
		await panel.choose('operation', 'Get Status');
		await shows('videoId', 'waitForCompletion', 'branchByStatus');
		await panel.set('waitForCompletion', true);
		await shows('videoId', ...waiting);
		await panel.set('downloadVideo', true);
		await shows('videoId', ...waiting, 'outputBinaryPropertyName');
		await panel.set('waitForCompletion', false);
		await shows('videoId', 'waitForCompletion', 'branchByStatus');
	});

	testEditor('the branches of Get Status are outputs on the canvas', async () => {
		const { editor } = environment;
		await editor.panel.set('branchByStatus', true);
		await editor.panel.close();
		const name = await editor.lastName();
		const outputs = editor.outputsOf(name);
		const labels = ['Completed', 'In Progress', 'Failed'];
		const shown = await waitFor(
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

	testEditor('Download', async () => {
		await environment.editor.panel.choose('operation', 'Download');
		await shows('videoId', 'outputBinaryPropertyName');
	});

	testEditor('Upload', async () => {
		await environment.editor.panel.choose('resource', 'Image');
		await shows('binaryPropertyName');
	});
});
