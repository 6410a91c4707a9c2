import { ensureChromium } from './browser/chromium';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { buildAndPack, PACKED_NODE } from './lib/pack';
import { ensureN8n } from './n8n/install';

main(async () => {
	await ensureN8n();
	await ensureChromium();
	const env = { [PACKED_NODE]: JSON.stringify(await buildAndPack()) };
	reportResults(await jest('Testing', { projects: ['e2e'], args: process.argv.slice(2), env }));
});
