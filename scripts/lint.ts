import { lint } from './lib/checks';
import { main } from './lib/main';
import { step } from './lib/progress.cjs';

main(async () => {
	await step('Linting', async () => await lint(process.argv.slice(2)));
});
