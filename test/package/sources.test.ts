import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filesBelow, ROOT } from './support/packed';

const MAX_LINES = 300;
/** Names that describe no purpose, so that anything would fit in. */
const VAGUE_NAMES = ['common', 'utils', 'helpers', 'misc'];
/** The largest share of a node's lines that one folder may contain. */
const MAX_SHARE = 0.22;

/** The number of lines of each file below a folder, by relative path. */
async function linesByFile(folder: string): Promise<Array<[file: string, lines: number]>> {
	const files = await filesBelow(folder);
	expect(files.length).toBeGreaterThan(0);
	return await Promise.all(
		files.map(async (file): Promise<[string, number]> => {
			const text = await readFile(join(folder, file), 'utf8');
			return [file, text.split('\n').length - 1];
		}),
	);
}

describe.each(['nodes', 'credentials'])('the shipped sources in %s', (folder) => {
	it(`have no file over ${MAX_LINES} lines`, async () => {
		const lines = await linesByFile(join(ROOT, folder));
		expect(lines.filter(([, count]) => count > MAX_LINES)).toEqual([]);
	});

	it('contain no tests and no source maps', async () => {
		const files = await filesBelow(join(ROOT, folder));
		expect(files.length).toBeGreaterThan(0);
		expect(files.filter((file) => /\.(test|spec)\.|__tests__|\.map$/.test(file))).toEqual([]);
	});
});

describe('the folders of nodes/Veo', () => {
	it(`have a descriptive name and at most ${100 * MAX_SHARE}% of its lines`, async () => {
		const lines = await linesByFile(join(ROOT, 'nodes', 'Veo'));
		const total = lines.reduce((sum, [, count]) => sum + count, 0);
		const linesByFolder = new Map<string, number>();
		for (const [file, count] of lines) {
			for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
				linesByFolder.set(folder, (linesByFolder.get(folder) ?? 0) + count);
			}
		}
		const folders = [...linesByFolder];
		expect(folders.length).toBeGreaterThan(0);
		expect(folders.filter(([folder]) => VAGUE_NAMES.includes(basename(folder)))).toEqual([]);
		expect(folders.filter(([, count]) => count > MAX_SHARE * total)).toEqual([]);
	});
});
