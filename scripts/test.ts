import { checkFormatting, checkTypes, lint } from './lib/checks';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { build } from './lib/pack';
import { step } from './lib/progress.cjs';
import { messageOf, UserError } from './lib/userError';

const PROJECTS = ['unit', 'chaos', 'fuzz', 'contract', 'engine', 'package'];

/** Ten times the random scenarios of `npm test`, whose number is enough to notice each mutant. */
const DEEP = { CHAOS_RUNS: '30000', CHAOS_SOCKET_RUNS: '40', FUZZ_FACTOR: '10' };
/** It doubles the CPU time of some tests. */
const COVERAGE = ['--coverage', '--coverageReporters=text'];

/** @returns the titles of the failed checks */
async function runChecks(): Promise<string[]> {
	const failed: string[] = [];
	const checks = {
		Linting: lint,
		'Checking types': checkTypes,
		'Checking formatting': checkFormatting,
	};
	for (const [title, check] of Object.entries(checks)) {
		try {
			await step(title, async () => await check(), { quiet: true });
		} catch (error) {
			console.error(messageOf(error));
			failed.push(title);
		}
	}
	return failed;
}

/** Runs the checks beside the tests, which wait most of the time. */
main(async () => {
	const given = process.argv.slice(2);
	const deep = given.includes('--deep');
	await build(); // the engine and package tests use dist/
	const args = [...(deep ? COVERAGE : []), ...given.filter((arg) => arg !== '--deep')];
	const [failed, result] = await Promise.all([
		runChecks(),
		jest('Testing', { projects: PROJECTS, args, env: deep ? DEEP : {} }),
	]);
	if (failed.length > 0) console.error(`\nFailed checks: ${failed.join(', ')} (details above)`);
	reportResults(result);
	if (failed.length > 0) throw new UserError('All tests passed, but some checks failed.');
});
