import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackedNode, ROOT, scan } from './support/packed';

const SOURCES = ['package.json', 'nodes', 'credentials', 'icons'];
/** ESLint with all rules takes this long without a cache. */
const SCAN_LIMIT_MS = 120_000;

let packed: PackedNode;
beforeAll(async () => {
	packed = await PackedNode.make();
}, 120_000);
afterAll(async () => await packed?.remove());

describe("n8n's scanner for community packages", () => {
	it(
		'has no findings in the sources',
		async () => {
			expect(await scan(ROOT, 'source')).toEqual({ passed: true, message: '', details: '' });
		},
		SCAN_LIMIT_MS,
	);

	it(
		'has no findings in the published package',
		async () => {
			expect(await scan(packed.path, 'package')).toEqual({
				passed: true,
				message: '',
				details: '',
			});
		},
		SCAN_LIMIT_MS,
	);
});

describe('the scanner detects violations', () => {
	it(
		'in the sources',
		async () => {
			const folder = await packed.createFolder('bad-source');
			for (const name of SOURCES) {
				await cp(join(ROOT, name), join(folder, name), { recursive: true });
			}
			const file = join(folder, 'nodes', 'Veo', 'Veo.node.ts');
			const code = await readFile(file, 'utf8');
			await writeFile(file, `import { readFileSync } from 'node:fs';\n${code}`);
			const { passed, details } = await scan(folder, 'source');
			expect(passed).toBe(false);
			expect(details).toContain('node:fs');
		},
		SCAN_LIMIT_MS,
	);

	it(
		'in the package, despite eslint-disable comments',
		async () => {
			const folder = await packed.createFolder('bad-package');
			await cp(packed.path, folder, { recursive: true });
			await appendFile(
				join(folder, 'dist', 'nodes', 'Veo', 'Veo.node.js'),
				'/* eslint-disable */\nconsole.log(process.env.HOME);\n',
			);
			const { passed, details } = await scan(folder, 'package');
			expect(passed).toBe(false);
			expect(details).toContain('Veo.node.js');
			expect(details).toContain('no-console');
		},
		SCAN_LIMIT_MS,
	);
});
