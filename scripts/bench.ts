import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from './lib/main';
import { build } from './lib/pack';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { UserError } from './lib/userError';

/**
 * Runs all bench/*.bench.ts, or those whose name contains one of the arguments. Arguments that begin
 * with a dash are passed to each benchmark.
 */
main(async () => {
	const args = process.argv.slice(2);
	const flags = args.filter((arg) => arg.startsWith('-'));
	const names = args.filter((arg) => !arg.startsWith('-'));
	const all = (await readdir(join(root, 'bench'))).filter((file) => file.endsWith('.bench.ts'));
	const isSelected = (file: string) =>
		names.length === 0 || names.some((name) => file.includes(name));
	const files = all.filter(isSelected).sort();
	if (files.length === 0) throw new UserError('No benchmark matches.', all.join(', '));
	await build();
	for (const file of files) {
		console.log(`\n${file}`);
		const command = ['--import', 'tsx', join(root, 'bench', file), ...flags];
		const code = await start(process.execPath, command, { inherit: true }).exited;
		if (code !== 0) throw new UserError(`bench/${file} exited with code ${code}.`);
	}
});
