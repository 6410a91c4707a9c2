import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { CHAOS, MUTANTS, type Mutant } from './mutations/mutants';

/** Takes each guard away in turn and shows that its tests notice. */
main(async () => {
	const folder = await mkdtemp(join(tmpdir(), 'veo-mutations-'));
	const missed: string[] = [];
	try {
		for (const part of ['nodes', 'scripts', 'test', 'jest.config.js', 'package.json']) {
			await cp(join(root, part), join(folder, part), { recursive: true });
		}
		for (const part of ['tsconfig.json', 'tsconfig.dev.json', 'tsconfig.jest.json']) {
			await cp(join(root, part), join(folder, part));
		}
		await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
		for (const tests of new Set(MUTANTS.map(({ tests = CHAOS }) => tests))) {
			if (!(await passes(folder, tests))) throw new Failure(`${tests} fails without any mutation.`);
		}
		for (const mutant of MUTANTS) {
			const noticed = await isNoticed(folder, mutant);
			console.log(`${noticed ? 'noticed' : 'MISSED '}  without ${mutant.safeguard}`);
			if (!noticed) missed.push(mutant.safeguard);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	if (missed.length > 0) throw new Failure(`The tests do not notice: ${missed.join(', ')}`);
});

async function isNoticed(folder: string, mutant: Mutant): Promise<boolean> {
	const { file, code, replacement, tests = CHAOS } = mutant;
	const path = join(folder, file);
	const original = await readFile(path, 'utf8');
	if (original.split(code).length !== 2) throw new Failure(`${file} has not once: ${code}`);
	await writeFile(path, original.replace(code, replacement));
	const passed = await passes(folder, tests);
	await writeFile(path, original);
	return !passed;
}

async function passes(folder: string, tests: string): Promise<boolean> {
	const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const env = { ...process.env, CHAOS_RUNS: '3000', CHAOS_SEED: '1' };
	const args = [program, '--selectProjects', 'chaos', 'fuzz', 'unit', '--testPathPatterns', tests];
	const { exited } = start(process.execPath, args, { cwd: folder, env });
	return (await exited) === 0;
}
