import { ensureChromium } from '../test/e2e/browser/chromium';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { buildAndPack, PACKED_NODE } from './lib/pack';
import { serverTestArguments } from './lib/serverTests';
import { ensureN8n } from './n8n/install';

main(async () => {
	await ensureN8n();
	await ensureChromium();
	const env = { [PACKED_NODE]: JSON.stringify(await buildAndPack()) };
	const args = [...serverTestArguments(), ...process.argv.slice(2)];
	reportResults(await jest('Testing', { projects: ['e2e'], args, env }));
});
