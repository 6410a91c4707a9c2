import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PackedNode } from './support/packed';

const MAX_BYTES = 150_000;

let packed: PackedNode;
beforeAll(async () => {
	packed = await PackedNode.make();
}, 120_000);
afterAll(async () => await packed?.remove());

describe('what a user installs', () => {
	it('is the compiled nodes, the readme, the licence and package.json, and nothing else', () => {
		const others = packed.files.filter((file) => !file.startsWith('dist/'));
		expect(others.sort()).toEqual(['LICENSE.md', 'README.md', 'package.json']);
		const strange = packed.files.filter((file) => !/\.(js|json|svg|md)$/.test(file));
		expect(strange).toEqual([]);
		expect(packed.files.filter((file) => /\.(test|spec)\.|\.d\.ts|\.map$/.test(file))).toEqual([]);
	});

	it(`is smaller than ${MAX_BYTES / 1000} kB`, async () => {
		const bytes = await packed.size();
		console.log(`The package has ${bytes} bytes in ${packed.files.length} files.`);
		expect(bytes).toBeLessThan(MAX_BYTES);
	});

	it('has all nodes and credentials that it names', () => {
		const { nodes, credentials } = packed.manifest.n8n;
		expect(nodes.length).toBeGreaterThan(0);
		expect(credentials.length).toBeGreaterThan(0);
		for (const file of [...nodes, ...credentials]) expect(packed.files).toContain(file);
	});

	it('has every node and credential named that it has', () => {
		const { nodes, credentials } = packed.manifest.n8n;
		const found = packed.files.filter((file) => /\.(node|credentials)\.js$/.test(file));
		expect([...nodes, ...credentials].sort()).toEqual(found);
	});
});

describe('package.json', () => {
	it('brings nothing along: n8n-workflow is what n8n itself has', () => {
		expect(packed.manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const forbidden = [
			...['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'],
			...['overrides', 'resolutions', 'peerDependenciesMeta'],
		];
		expect(packed.manifestKeys.filter((key) => forbidden.includes(key))).toEqual([]);
	});

	it('runs nothing when it is installed', () => {
		const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
		const scripts = Object.keys(packed.manifest.scripts);
		expect(scripts.filter((name) => atInstall.includes(name))).toEqual([]);
	});

	it('says what n8n and npm need to know', () => {
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

	/** What each file asks for: [file, module]. */
	async function demands(): Promise<Array<[string, string]>> {
		const all: Array<[string, string]> = [];
		for (const file of packed.files.filter((name) => name.endsWith('.js'))) {
			const code = await packed.read(file);
			for (const [, wanted = ''] of code.matchAll(/\b(?:require|import)\(\s*([^)]*?)\s*\)/g)) {
				all.push([file, wanted]);
			}
			expect(code).not.toMatch(/^\s*(?:import|export)\s/m);
		}
		return all;
	}

	it('needs nothing but itself, n8n-workflow and node:crypto', async () => {
		const all = await demands();
		expect(all.length).toBeGreaterThan(20);
		for (const [file, wanted] of all) {
			// a module's name in quotes: nothing is put together at run time
			expect([file, wanted]).toEqual([file, expect.stringMatching(/^(["'])[^"']+\1$/)]);
			const name = wanted.slice(1, -1);
			if (name.startsWith('.')) {
				const target = resolve(dirname(packed.at(file)), name);
				const isThere = [target, `${target}.js`, join(target, 'index.js')].some(existsSync);
				expect([file, name, isThere]).toEqual([file, name, true]);
				expect(target.startsWith(packed.at('dist'))).toBe(true);
			} else {
				expect([file, ALLOWED.has(name)]).toEqual([file, true]);
			}
		}
	});
});

describe('the icons', () => {
	/** Width and height of a picture, as its own attributes say. */
	function sizesOf(svg: string): Array<[number, number]> {
		const tag = /<svg\b[^>]*>/.exec(svg)?.[0] ?? '';
		const number = (name: string) => Number(new RegExp(`\\b${name}="([\\d.]+)"`).exec(tag)?.[1]);
		const box = /viewBox="([^"]*)"/.exec(tag)?.[1]?.trim().split(/\s+/).map(Number) ?? [];
		return [
			[number('width'), number('height')],
			[box[2] ?? NaN, box[3] ?? NaN],
		];
	}

	it('are a square picture for light and another for dark surroundings', async () => {
		const icons = packed.files.filter((file) => file.endsWith('.svg'));
		expect(icons).toEqual(['dist/icons/veo.dark.svg', 'dist/icons/veo.svg']);
		const pictures = await Promise.all(icons.map(async (file) => await packed.read(file)));
		for (const picture of pictures) {
			for (const [width, height] of sizesOf(picture)) {
				expect(width).toBeGreaterThan(0);
				expect(height).toBe(width);
			}
			expect(picture).not.toMatch(/<script|href=|@import/i);
		}
		expect(new Set(pictures).size).toBe(2);
	});
});
