import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { main } from './lib/main';
import { npm } from './lib/npm';
import { parseOptions } from './lib/options';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { UserError } from './lib/userError';
import { CHAOS, MUTANTS, type Mutant } from '../test/mutants';

const HELP = `Mutation testing: removes each safeguard in a copy of the code and checks that a test fails.

  npm run test:mutations

  --only <text>  only the safeguards whose name contains this text
  --help         shows this text
`;

const COPIED = [
	...['nodes', 'credentials', 'icons', 'sandbox', 'scripts', 'test'],
	...['jest.config.js', 'gulpfile.js', 'package.json'],
	...['tsconfig.json', 'tsconfig.dev.json', 'tsconfig.jest.json'],
];

/** @throws UserError if an engine test needs a build, and the code can't be compiled */
async function passes(folder: string, tests: string): Promise<boolean> {
	// the engine tests run the compiled code
	if (tests.startsWith('engine/')) {
		await npm(['run', 'build'], { cwd: folder, failure: "Couldn't build the node." });
	}
	const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	// with the depth of `npm test`, which must notice each mutant
	const env = { ...process.env, CHAOS_SEED: '1', FUZZ_SEED: '1', CHAOS_END_ON_FAILURE: '1' };
	const projects = ['chaos', 'fuzz', 'unit', 'engine'];
	const args = [program, '--selectProjects', ...projects, '--testPathPatterns', tests];
	return (await start(process.execPath, args, { cwd: folder, env }).exited) === 0;
}

/** Applies the mutant and runs its tests. @returns whether a test failed */
async function isKilled(folder: string, mutant: Mutant): Promise<boolean> {
	const { file, code, replacement, tests = CHAOS } = mutant;
	const path = join(folder, file);
	const original = await readFile(path, 'utf8');
	if (original.split(code).length !== 2) {
		throw new UserError(`${file} doesn't contain this code exactly once: ${code}`);
	}
	await writeFile(path, original.replace(code, replacement));
	const passed = await passes(folder, tests);
	await writeFile(path, original);
	return !passed;
}

/** Mutation testing: removes each safeguard in a copy of the code and checks that a test fails. */
main(async () => {
	const options = parseOptions({ only: z.string().default('') }, HELP);
	if (!options) return;
	const mutants = MUTANTS.filter(({ safeguard }) => safeguard.includes(options.only));
	if (mutants.length === 0) throw new UserError(`No safeguard contains "${options.only}".`);
	const folder = await mkdtemp(join(tmpdir(), 'veo-mutations-'));
	const survivors: string[] = [];
	try {
		for (const path of COPIED) {
			await cp(join(root, path), join(folder, path), { recursive: true });
		}
		await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
		for (const tests of new Set(mutants.map(({ tests = CHAOS }) => tests))) {
			if (!(await passes(folder, tests))) throw new UserError(`${tests} fails without a mutant.`);
		}
		for (const mutant of mutants) {
			const killed = await isKilled(folder, mutant);
			console.log(`${killed ? 'killed  ' : 'SURVIVED'}  without ${mutant.safeguard}`);
			if (!killed) survivors.push(mutant.safeguard);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	if (survivors.length > 0) throw new UserError(`Mutants survived: ${survivors.join(', ')}`);
});
