import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PackedNode } from './support/packed';

const MAX_BYTES = 230_000;

let packed: PackedNode;
beforeAll(async () => {
	packed = await PackedNode.make();
}, 120_000);
afterAll(async () => await packed?.remove());

describe('the published package', () => {
	it('contains only the compiled nodes, the README, the license and package.json', () => {
		const others = packed.files.filter((file) => !file.startsWith('dist/'));
		expect(others.sort()).toEqual(['LICENSE.md', 'README.md', 'package.json']);
		const unexpected = packed.files.filter((file) => !/\.(js|json|svg|md)$/.test(file));
		expect(unexpected).toEqual([]);
		expect(packed.files.filter((file) => /\.(test|spec)\.|\.d\.ts|\.map$/.test(file))).toEqual([]);
	});

	it(`is smaller than ${MAX_BYTES / 1000} kB`, async () => {
		const bytes = await packed.size();
		console.log(`The package is ${bytes} bytes in ${packed.files.length} files.`);
		expect(bytes).toBeLessThan(MAX_BYTES);
	});

	it('contains every node and credential in its manifest', () => {
		const { nodes, credentials } = packed.manifest.n8n;
		expect(nodes.length).toBeGreaterThan(0);
		expect(credentials.length).toBeGreaterThan(0);
		for (const file of [...nodes, ...credentials]) expect(packed.files).toContain(file);
	});

	it('lists every node and credential in its manifest', () => {
		const { nodes, credentials } = packed.manifest.n8n;
		const found = packed.files.filter((file) => /\.(node|credentials)\.js$/.test(file));
		expect([...nodes, ...credentials].sort()).toEqual(found);
	});
});

describe('package.json', () => {
	it('has no dependencies: n8n provides n8n-workflow', () => {
		expect(packed.manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const forbidden = [
			...['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'],
			...['overrides', 'resolutions', 'peerDependenciesMeta'],
		];
		expect(packed.manifestKeys.filter((key) => forbidden.includes(key))).toEqual([]);
	});

	it('has no install scripts', () => {
		const installScripts = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
		const scripts = Object.keys(packed.manifest.scripts);
		expect(scripts.filter((name) => installScripts.includes(name))).toEqual([]);
	});

	it('has the fields that n8n and npm require', () => {
		expect(packed.manifest).toMatchObject({
			name: expect.stringMatching(/^n8n-nodes-[a-z]/),
			version: expect.stringMatching(/^\d+\.\d+\.\d+/),
			description: expect.stringMatching(/\S/),
			license: 'MIT',
			homepage: expect.stringMatching(/^https:\/\//),
			keywords: expect.arrayContaining(['n8n-community-node-package']),
			author: { name: expect.stringMatching(/\S/), email: expect.stringMatching(/@/) },
			repository: { type: 'git', url: expect.stringMatching(/^git\+https:\/\/.*\.git$/) },
			files: ['dist'],
			n8n: { n8nNodesApiVersion: 1, strict: true },
		});
		expect(packed.manifest.scripts.prepublishOnly).toBe('n8n-node prerelease');
	});
});

describe('the compiled code', () => {
	const ALLOWED = new Set(['n8n-workflow', 'node:crypto', 'crypto']);

	/** The modules that each file loads: [file, module]. */
	async function loadedModules(): Promise<Array<[string, string]>> {
		const all: Array<[string, string]> = [];
		for (const file of packed.files.filter((name) => name.endsWith('.js'))) {
			const code = await packed.read(file);
			for (const [, expression = ''] of code.matchAll(/\b(?:require|import)\(\s*([^)]*?)\s*\)/g)) {
				all.push([file, expression]);
			}
			expect(code).not.toMatch(/^\s*(?:import|export)\s/m);
		}
		return all;
	}

	it('loads only its own files, n8n-workflow and node:crypto', async () => {
		const all = await loadedModules();
		expect(all).toContainEqual(['dist/nodes/Veo/Veo.node.js', '"n8n-workflow"']);
		for (const [file, expression] of all) {
			// a string literal: no module name is computed at run time
			expect([file, expression]).toEqual([file, expect.stringMatching(/^(["'])[^"']+\1$/)]);
			const name = expression.slice(1, -1);
			if (name.startsWith('.')) {
				const target = resolve(dirname(packed.at(file)), name);
				const exists = [target, `${target}.js`, join(target, 'index.js')].some(existsSync);
				expect([file, name, exists]).toEqual([file, name, true]);
				expect(target.startsWith(packed.at('dist'))).toBe(true);
			} else {
				expect([file, ALLOWED.has(name)]).toEqual([file, true]);
			}
		}
	});
});

describe('the icons', () => {
	/** Width and height of an SVG image by its attributes and by its view box. */
	function sizesOf(svg: string): Array<[number, number]> {
		const tag = /<svg\b[^>]*>/.exec(svg)?.[0] ?? '';
		const number = (name: string) => Number(new RegExp(`\\b${name}="([\\d.]+)"`).exec(tag)?.[1]);
		const box = /viewBox="([^"]*)"/.exec(tag)?.[1]?.trim().split(/\s+/).map(Number) ?? [];
		return [
			[number('width'), number('height')],
			[box[2] ?? NaN, box[3] ?? NaN],
		];
	}

	it('are two square images, for the light and the dark theme', async () => {
		const icons = packed.files.filter((file) => file.endsWith('.svg'));
		expect(icons).toEqual(['dist/icons/veo.dark.svg', 'dist/icons/veo.svg']);
		const images = await Promise.all(icons.map(async (file) => await packed.read(file)));
		for (const image of images) {
			for (const [width, height] of sizesOf(image)) {
				expect(width).toBeGreaterThan(0);
				expect(height).toBe(width);
			}
			expect(image).not.toMatch(/<script|href=|@import/i);
		}
		expect(new Set(images).size).toBe(2);
	});
});
