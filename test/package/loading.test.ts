import { rmSync } from 'node:fs';
import type { PackageDirectoryLoader } from 'n8n-core';
import { loadN8n } from '../harness/n8n';
import { PackedNode } from './support/packed';

const { core, userFolder } = loadN8n(require);
let packed: PackedNode;
let loader: PackageDirectoryLoader;
beforeAll(async () => {
	packed = await PackedNode.make();
	loader = new core.PackageDirectoryLoader(packed.path);
	await loader.loadAll();
}, 120_000);
afterAll(async () => {
	await packed?.remove();
	rmSync(userFolder, { recursive: true, force: true });
});

function descriptionOf(node: string) {
	const type = loader.nodeTypes[node]?.type;
	if (!type) throw new Error(`n8n has not loaded the node ${node}`);
	return type.description;
}

/** Where n8n serves a package's icons. */
const ICONS = 'icons/n8n-nodes-veo/';

function iconFiles(iconUrl: unknown): string[] {
	if (typeof iconUrl === 'string') return [iconUrl];
	return typeof iconUrl === 'object' && iconUrl !== null ? Object.values(iconUrl).map(String) : [];
}

function expectTwoIcons(iconUrl: unknown): void {
	const files = iconFiles(iconUrl);
	expect(new Set(files).size).toBe(2);
	for (const file of files) {
		expect(file.startsWith(ICONS)).toBe(true);
		expect(packed.files).toContain(file.slice(ICONS.length));
	}
}

describe('n8n loads the installed package', () => {
	it('as the package that it is', () => {
		expect(loader.packageName).toBe('n8n-nodes-veo');
	});

	it('with all nodes that package.json names', () => {
		expect(Object.keys(loader.nodeTypes)).toHaveLength(packed.manifest.n8n.nodes.length);
		expect(descriptionOf('veo')).toMatchObject({
			displayName: 'Veo 3.1',
			name: 'veo',
			version: 1,
			usableAsTool: true,
			credentials: [{ name: 'veoApi', required: true }],
		});
	});

	it('with the trigger, whose secret is hidden and which is no tool', () => {
		const description = descriptionOf('veoTrigger');
		const secret = { name: 'secretValue', typeOptions: { password: true } };
		expect(description).toMatchObject({
			displayName: 'Veo 3.1 Trigger',
			version: 1,
			group: ['trigger'],
			inputs: [],
			credentials: [{ name: 'veoApi', required: true }],
			webhooks: [{ name: 'default', httpMethod: 'POST', path: 'webhook' }],
			properties: expect.arrayContaining([
				expect.objectContaining({
					name: 'options',
					options: expect.arrayContaining([expect.objectContaining(secret)]),
				}),
			]),
		});
		expect(description).not.toHaveProperty('usableAsTool');
	});

	it('with the credential, which signs and can be tested', () => {
		expect(Object.keys(loader.credentialTypes)).toEqual(['veoApi']);
		const type = loader.credentialTypes.veoApi?.type;
		expect(type).toMatchObject({ name: 'veoApi', displayName: 'Veo API' });
		expect(type?.authenticate).toBeDefined();
		expect(type?.test).toBeDefined();
		const key = type?.properties.find(({ name }) => name === 'apiKey');
		expect(key).toMatchObject({ required: true, typeOptions: { password: true } });
	});

	it('with two icons each, which are in the package', () => {
		for (const node of Object.keys(loader.nodeTypes)) expectTwoIcons(descriptionOf(node).iconUrl);
		expectTwoIcons(loader.credentialTypes.veoApi?.type.iconUrl);
	});

	it('with the words that users search for', () => {
		expect(descriptionOf('veo').codex).toMatchObject({
			categories: ['Marketing & Content'],
			alias: expect.arrayContaining(['video', 'text to video', 'image to video']),
			resources: { primaryDocumentation: [{ url: expect.stringMatching(/^https:/) }] },
		});
	});
});
