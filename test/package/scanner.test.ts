import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackedNode, ROOT, scan } from './support/packed';

/** The published package, and copies of it and of the sources with a violation. */
let packed: PackedNode;
/** What the scanner finds in the sources, the package, the bad sources and the bad package. */
let findings: Awaited<ReturnType<typeof scan>>;

beforeAll(async () => {
	packed = await PackedNode.make();
	// in one process, since the scanner with all its rules loads in seconds
	findings = await scan([
		{ folder: ROOT, kind: 'source' },
		{ folder: packed.path, kind: 'package' },
		{ folder: await badSources(), kind: 'source' },
		{ folder: await badPackage(), kind: 'package' },
	]);
}, 240_000);
afterAll(async () => await packed?.remove());

async function badSources(): Promise<string> {
	const folder = await packed.createFolder('bad-source');
	for (const name of ['package.json', 'nodes', 'credentials', 'icons']) {
		await cp(join(ROOT, name), join(folder, name), { recursive: true });
	}
	const file = join(folder, 'nodes', 'Veo', 'Veo.node.ts');
	const code = await readFile(file, 'utf8');
	await writeFile(file, `import { readFileSync } from 'node:fs';\n${code}`);
	return folder;
}

async function badPackage(): Promise<string> {
	const folder = await packed.createFolder('bad-package');
	await cp(packed.path, folder, { recursive: true });
	await appendFile(
		join(folder, 'dist', 'nodes', 'Veo', 'Veo.node.js'),
		'/* eslint-disable */\nconsole.log(process.env.HOME);\n',
	);
	return folder;
}

const NOTHING = { passed: true, message: '', details: '' };

describe("n8n's scanner for community packages", () => {
	it('has no findings in the sources', () => expect(findings[0]).toEqual(NOTHING));

	it('has no findings in the published package', () => expect(findings[1]).toEqual(NOTHING));

	it('detects a violation in the sources', () => {
		expect(findings[2]?.passed).toBe(false);
		expect(findings[2]?.details).toContain('node:fs');
	});

	it('detects a violation in the package, despite eslint-disable comments', () => {
		expect(findings[3]?.passed).toBe(false);
		expect(findings[3]?.details).toContain('Veo.node.js');
		expect(findings[3]?.details).toContain('no-console');
	});
});
