import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { Failure } from './failure';
import { root } from './paths';
import { start } from './processes';

const resultSchema = z.object({
	numPassedTests: z.number(),
	numFailedTests: z.number(),
	/** Test files that could not even be loaded. */
	numRuntimeErrorTestSuites: z.number(),
	testResults: z.array(
		z.object({
			/** Path of the test file. */
			name: z.string(),
			status: z.string(),
			assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
		}),
	),
});

export interface JestOptions {
	/** Of jest.config.js. */
	projects: string[];
	/** More jest arguments. */
	args: string[];
	/** Added to this process's environment; undefined takes a variable away. */
	env?: NodeJS.ProcessEnv;
	/** The Node.js binary to run on; default: the running one. */
	node?: string;
}

export interface JestCount {
	passed: number;
	failed: number;
}

export interface JestResult extends JestCount {
	/** Names of the passed tests. */
	passes: string[];
	/** Names of the failed tests, and of the files that could not be loaded. */
	failures: string[];
}

/**
 * Runs jest in front of the user and counts by its own JSON result. A file that could not be
 * loaded counts as one failed test.
 * @throws Failure if jest gave no result
 */
export async function jest(options: JestOptions): Promise<JestResult> {
	const { projects, args, env = {}, node = process.execPath } = options;
	const outputFile = join(root, '.cache', `jest-${projects.join('-')}.json`);
	await mkdir(join(root, '.cache'), { recursive: true });
	await rm(outputFile, { force: true });
	const jestArgs = [
		'--selectProjects',
		...projects,
		'--json',
		`--outputFile=${outputFile}`,
		...args,
	];
	const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const process_ = start(node, [program, ...jestArgs], {
		show: true,
		env: { ...process.env, ...env },
	});
	const code = await process_.exited;
	const text = await readFile(outputFile, 'utf8').catch(() => undefined);
	if (text === undefined) throw new Failure(`jest ended with code ${code} and no result.`);
	const result = resultSchema.parse(JSON.parse(text));
	const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
	// Code 1 without a failed test: a coverage threshold, or no tests at all.
	if (code !== 0 && failed === 0) throw new Failure(`jest ended with code ${code}; see above.`);
	const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
	const namesOf = (status: string) =>
		tests.filter((test) => test.status === status).map(({ fullName }) => fullName);
	const unloaded = result.testResults
		.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
		.map(({ name }) => basename(name));
	return {
		passed: result.numPassedTests,
		failed,
		passes: namesOf('passed'),
		failures: [...namesOf('failed'), ...unloaded],
	};
}

/** Prints the last line of a test command; fails if a test failed. */
export function conclude({ passed, failed }: JestCount): void {
	console.log(`\n${passed} passed, ${failed} failed`);
	if (failed > 0) throw new Failure('Not all tests passed.');
}
