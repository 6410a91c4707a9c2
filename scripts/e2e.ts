import { ensureChromium } from '../test/e2e/browser/chromium';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { buildAndPack, PACKED_NODE } from './lib/pack';
import { ensureN8n } from './n8n/install';

main(async () => {
	await ensureN8n();
	await ensureChromium();
	const env = { [PACKED_NODE]: JSON.stringify(await buildAndPack()) };
	const args = ['--maxWorkers=2', ...process.argv.slice(2)]; // two n8n servers fit in 4 GB of memory
	reportResults(await jest('Testing', { projects: ['e2e'], args, env }));
});
