import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, ROOT } from './support/packed';

const MAX_LINES = 300;

describe('the shipped sources', () => {
	it.each(['nodes', 'credentials'])(
		`in %s have no file over ${MAX_LINES} lines`,
		async (folder) => {
			const files = await filesBelow(join(ROOT, folder));
			expect(files.length).toBeGreaterThan(0);
			const long: string[] = [];
			for (const file of files) {
				const lines = (await readFile(join(ROOT, folder, file), 'utf8')).split('\n').length - 1;
				if (lines > MAX_LINES) long.push(`${file}: ${lines} lines`);
			}
			expect(long).toEqual([]);
		},
	);

	it.each(['nodes', 'credentials'])('in %s have no tests among them', async (folder) => {
		const files = await filesBelow(join(ROOT, folder));
		expect(files.filter((file) => /\.(test|spec)\.|__tests__|\.map$/.test(file))).toEqual([]);
	});
});
