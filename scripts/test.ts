import { formatting, lint, types } from './lib/checks';
import { Failure, messageOf } from './lib/failure';
import { conclude, jest } from './lib/jest';
import { main } from './lib/main';
import { build } from './lib/pack';
import { step } from './lib/progress.cjs';

const PROJECTS = ['unit', 'chaos', 'fuzz', 'contract', 'engine', 'package'];

main(async () => {
	await step('Building the node', build); // the engine and package tests use dist/
	const failures: string[] = [];
	const attempt = async (title: string, work: () => Promise<void>) => {
		try {
			await step(title, work);
		} catch (error) {
			console.error(messageOf(error));
			failures.push(title);
		}
	};
	await attempt('Linting', lint);
	await attempt('Checking types', types);
	await attempt('Checking formatting', formatting);
	const work = async () => {
		const args = ['--coverage', '--coverageReporters=text', ...process.argv.slice(2)];
		// A key in the environment is for `npm run test:live`: these tests never leave the machine.
		return await jest({ projects: PROJECTS, args, env: { VEO_API_KEY: undefined } });
	};
	const count = await step('Testing', work, { quiet: true });
	if (failures.length > 0) console.error(`\nNot passed: ${failures.join(', ')}; see above.`);
	conclude(count);
	if (failures.length > 0) throw new Failure('The tests passed, but not every check did.');
});
