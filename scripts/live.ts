import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { UserError } from './lib/userError';

/** The tests that apply to the sandbox and the real API alike. */
const CONTRACT = 'test/contract/api.test.ts';

main(async () => {
	const { VEO_API_KEY } = process.env;
	const spend = process.argv.includes('--spend');
	const args = process.argv.slice(2).filter((arg) => arg !== '--spend');
	if (!VEO_API_KEY) {
		throw new UserError(
			'These tests send requests to the real Veo API and require a key.',
			'Run: VEO_API_KEY=… npm run test:live (free); `-- --spend` also generates a video.',
		);
	}
	const title = `Testing the real API (${spend ? 'this costs credits' : 'free requests only'})`;
	const env = { VEO_API_KEY, VEO_SPEND: spend ? '1' : undefined };
	reportResults(await jest(title, { projects: ['contract'], args: [CONTRACT, ...args], env }));
});
