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
	if (!type) throw new Error(`n8n didn't load the node ${node}`);
	return type.description;
}

/** The path under which n8n serves the package's icons. */
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

describe('n8n loads from the installed package', () => {
	it('its name', () => {
		expect(loader.packageName).toBe('n8n-nodes-veo');
	});

	it('all nodes of its manifest', () => {
		expect(Object.keys(loader.nodeTypes)).toHaveLength(packed.manifest.n8n.nodes.length);
		expect(descriptionOf('veo')).toMatchObject({
			displayName: 'Veo 3.1',
			name: 'veo',
			version: 1,
			usableAsTool: true,
			credentials: [{ name: 'veoApi', required: true }],
		});
	});

	it("the trigger, which isn't a tool", () => {
		const description = descriptionOf('veoTrigger');
		expect(description).toMatchObject({
			displayName: 'Veo 3.1 Trigger',
			version: 1,
			group: ['trigger'],
			inputs: [],
			credentials: [
				{ name: 'veoApi', required: true },
				{ name: 'veoWebhookApi', required: false, testedBy: 'veoWebhookApiTest' },
			],
			webhooks: [{ name: 'default', httpMethod: 'POST', path: 'webhook' }],
		});
		expect(description).not.toHaveProperty('usableAsTool');
	});

	it('all credentials of its manifest', () => {
		const { credentials } = packed.manifest.n8n;
		expect(Object.keys(loader.credentialTypes)).toHaveLength(credentials.length);
		expect(Object.keys(loader.credentialTypes).sort()).toEqual(['veoApi', 'veoWebhookApi']);
	});

	it('the credential for the API, which authenticates requests and has a test', () => {
		const type = loader.credentialTypes.veoApi?.type;
		expect(type).toMatchObject({ name: 'veoApi', displayName: 'Veo API' });
		expect(type?.authenticate).toBeDefined();
		// n8n finds its test in the nodes that use it
		for (const name of ['veo', 'veoTrigger']) {
			const node = loader.nodeTypes[name]?.type;
			if (!node || !('execute' in node || 'webhook' in node)) throw new Error(`No node ${name}`);
			const used = node.description.credentials?.find((credential) => credential.name === 'veoApi');
			expect(node.methods?.credentialTest?.[String(used?.testedBy)]).toBeInstanceOf(Function);
		}
		const key = type?.properties.find(({ name }) => name === 'apiKey');
		expect(key).toMatchObject({ required: true, typeOptions: { password: true } });
	});

	it('the credential for webhook requests, whose value is hidden', () => {
		const type = loader.credentialTypes.veoWebhookApi?.type;
		expect(type).toMatchObject({ name: 'veoWebhookApi', displayName: 'Veo Webhook API' });
		const value = type?.properties.find(({ name }) => name === 'headerValue');
		expect(value).toMatchObject({ required: true, typeOptions: { password: true } });
	});

	it('two icons for each node and credential', () => {
		for (const node of Object.keys(loader.nodeTypes)) expectTwoIcons(descriptionOf(node).iconUrl);
		for (const { type } of Object.values(loader.credentialTypes)) expectTwoIcons(type.iconUrl);
	});

	it('the search terms of the node', () => {
		expect(descriptionOf('veo').codex).toMatchObject({
			categories: ['Marketing & Content'],
			alias: expect.arrayContaining([
				'video',
				'text to video AI',
				'image to video AI',
				'text2video',
			]),
			resources: { primaryDocumentation: [{ url: expect.stringMatching(/^https:/) }] },
		});
	});
});
