import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { root } from './paths';
import { start } from './processes';
import { step } from './progress.cjs';
import { UserError } from './userError';

const cache = join(root, '.cache');

const outputSchema = z.object({
	testResults: z.array(
		z.object({
			name: z.string(),
			status: z.string(),
			startTime: z.number(),
			endTime: z.number(),
			assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
		}),
	),
});

export interface JestOptions {
	projects: string[];
	args?: string[];
	/** Additional environment variables; undefined removes a variable. */
	env?: NodeJS.ProcessEnv;
	/** Default: the Node.js binary of this process. */
	node?: string;
}

/** Names of the passed and failed tests. A file that couldn't be loaded is one failed test. */
export interface JestResult {
	passed: string[];
	failed: string[];
}

/** Runs jest in this terminal, as a step. @throws UserError if jest produced no result */
export async function jest(title: string, options: JestOptions): Promise<JestResult> {
	return await step(title, async () => await runJest(options), { quiet: true });
}

async function runJest(options: JestOptions): Promise<JestResult> {
	const { projects, args = [], node = process.execPath } = options;
	const file = join(cache, `jest-${projects.join('-')}.json`);
	await mkdir(cache, { recursive: true });
	await rm(file, { force: true });
	const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const output = ['--json', `--outputFile=${file}`];
	// A key in the environment is meant for `npm run test:live`; other tests never leave the machine.
	const env = { ...process.env, VEO_API_KEY: undefined, ...options.env };
	const jestArgs = [program, '--selectProjects', ...projects, ...output, ...args];
	const code = await start(node, jestArgs, { inherit: true, env }).exited;
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) throw new UserError(`jest exited with code ${code} without a result.`);
	const { testResults } = outputSchema.parse(JSON.parse(text));
	printDurations(testResults);
	const tests = testResults.flatMap(({ name, status, assertionResults }) =>
		assertionResults.length === 0 ? [{ fullName: basename(name), status }] : assertionResults,
	);
	const namesOf = (wanted: string) =>
		tests.filter(({ status }) => status === wanted).map(({ fullName }) => fullName);
	const [passed, failed] = [namesOf('passed'), namesOf('failed')];
	// Code 1 without a failed test: a coverage threshold was missed, or there were no tests.
	if (code !== 0 && failed.length === 0) throw new UserError(`jest exited with code ${code}.`);
	return { passed, failed };
}

/** Prints the duration of each folder of tests, and of its slowest file. The folders overlap. */
function printDurations(files: z.output<typeof outputSchema>['testResults']): void {
	const seconds = (one: { startTime: number; endTime: number }) =>
		(one.endTime - one.startTime) / 1000;
	const folderOf = (name: string) => relative(root, name).split(sep)[1];
	for (const folder of new Set(files.map(({ name }) => folderOf(name)))) {
		const members = files.filter(({ name }) => folderOf(name) === folder);
		const total = members.reduce((sum, one) => sum + seconds(one), 0);
		const [slowest] = members.sort((a, b) => seconds(b) - seconds(a));
		const file = slowest && `slowest: ${basename(slowest.name)}, ${seconds(slowest).toFixed(1)} s`;
		console.log(`  ${folder}: ${members.length} files, ${total.toFixed(1)} s (${file})`);
	}
}

/** Prints the last line of a test command. @throws UserError if a test failed */
export function reportResults(...results: JestResult[]): void {
	const passed = results.flatMap((result) => result.passed).length;
	const failed = results.flatMap((result) => result.failed).length;
	console.log(`\n${passed} passed, ${failed} failed`);
	if (failed > 0) throw new UserError('Some tests failed.');
}
