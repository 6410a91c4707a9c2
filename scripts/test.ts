import { checkFormatting, checkTypes, lint } from './lib/checks';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { build } from './lib/pack';
import { step } from './lib/progress.cjs';
import { messageOf, UserError } from './lib/userError';

const PROJECTS = ['unit', 'chaos', 'fuzz', 'contract', 'engine', 'package'];

main(async () => {
	await build(); // the engine and package tests use dist/
	const failed: string[] = [];
	const check = async (title: string, work: () => Promise<void>) => {
		try {
			await step(title, work);
		} catch (error) {
			console.error(messageOf(error));
			failed.push(title);
		}
	};
	await check('Linting', lint);
	await check('Checking types', checkTypes);
	await check('Checking formatting', checkFormatting);
	const args = ['--coverage', '--coverageReporters=text', ...process.argv.slice(2)];
	const result = await jest('Testing', { projects: PROJECTS, args });
	if (failed.length > 0) console.error(`\nFailed checks: ${failed.join(', ')} (details above)`);
	reportResults(result);
	if (failed.length > 0) throw new UserError('All tests passed, but some checks failed.');
});
