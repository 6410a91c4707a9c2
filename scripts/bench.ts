import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { build } from './lib/pack';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { step } from './lib/progress.cjs';

/**
 * Runs each bench/*.bench.ts, or those whose name contains one of the arguments; what begins with a
 * dash is handed on to them.
 */
main(async () => {
	const given = process.argv.slice(2);
	const flags = given.filter((argument) => argument.startsWith('-'));
	const wanted = given.filter((argument) => !argument.startsWith('-'));
	const all = (await readdir(join(root, 'bench'))).filter((file) => file.endsWith('.bench.ts'));
	const chosen = all.filter(
		(file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
	);
	if (chosen.length === 0)
		throw new Failure(`There is no such benchmark in bench/.`, all.join(', '));
	await step('Building the node', build);
	for (const file of chosen.sort()) {
		console.log(`\n${file}`);
		const args = ['--import', 'tsx', join(root, 'bench', file), ...flags];
		const code = await start(process.execPath, args, { show: true }).exited;
		if (code !== 0) throw new Failure(`bench/${file} ended with code ${code}.`);
	}
});
