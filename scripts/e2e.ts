import { ensureChromium } from './browser/chromium';
import { conclude, jest } from './lib/jest';
import { main } from './lib/main';
import { build, pack, PACKED_NODE } from './lib/pack';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';

main(async () => {
	await ensureN8n();
	await ensureChromium();
	await step('Building the node', build);
	const node = await step('Packing the node', pack);
	const env = { [PACKED_NODE]: JSON.stringify(node), VEO_API_KEY: undefined };
	const args = process.argv.slice(2);
	const work = async () => await jest({ projects: ['e2e'], args, env });
	conclude(await step('Testing', work, { quiet: true }));
});
