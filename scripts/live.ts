import { Failure } from './lib/failure';
import { conclude, jest } from './lib/jest';
import { main } from './lib/main';
import { step } from './lib/progress.cjs';

/** The tests that hold for the sandbox and the real service alike. */
const CONTRACT = 'test/contract/api.test.ts';

main(async () => {
	const spend = process.argv.includes('--spend');
	const rest = process.argv.slice(2).filter((arg) => arg !== '--spend');
	if (!process.env.VEO_API_KEY) {
		throw new Failure(
			'These tests speak to the real Veo API and need a key.',
			'Run: VEO_API_KEY=… npm run test:live (free of charge), with `-- --spend` to make a video too.',
		);
	}
	const env = { VEO_SPEND: spend ? '1' : undefined };
	const title = `Testing the real API (${spend ? 'this costs credits' : 'free calls only'})`;
	const work = async () => await jest({ projects: ['contract'], args: [CONTRACT, ...rest], env });
	conclude(await step(title, work, { quiet: true }));
});
