import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openUserFolder, printLogin, startN8n, veoApi } from './demo/environment';
import { importExamples } from './demo/examples';
import { main } from './lib/main';
import { parseOptions, port } from './lib/options';
import { build } from './lib/pack';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { UserError } from './lib/userError';
import { ensureN8n } from './n8n/install';
import type { Workflow } from './n8n/workflow';

const HELP = `Starts n8n with the node linked from this checkout, and reloads it after each change.

  --port <n>  port of n8n (5678)
  --help      shows this text
`;

/** Renames the node types: n8n uses this package name for all nodes in its custom folder. */
function asCustomNodes(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) => ({
		...node,
		type: node.type.replace(/^n8n-nodes-veo\./, 'CUSTOM.'),
	}));
	return { ...workflow, nodes };
}

/** Links the checkout into n8n's custom folder like `n8n-node dev`; n8n watches it for changes. */
async function linkCheckout(userFolder: string): Promise<void> {
	const nodeModules = join(userFolder, '.n8n', 'custom', 'node_modules');
	await mkdir(nodeModules, { recursive: true });
	const link = join(nodeModules, 'n8n-nodes-veo');
	await rm(link, { force: true });
	await symlink(root, link, 'junction');
}

main(async () => {
	const options = parseOptions({ port: port.default(5678) }, HELP);
	if (!options) return;
	const n8n = await ensureN8n();
	await build();
	const api = await veoApi(3055);
	const userFolder = await openUserFolder('dev', false);
	if (!userFolder) throw new UserError('`npm run dev` is already running.', 'Stop it first.');
	await linkCheckout(userFolder);
	const env = { N8N_DEV_RELOAD: 'true' };
	const instance = await startN8n(options.port, { n8n, userFolder, env });
	await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: api });
	printLogin(instance, await importExamples(instance, userFolder, asCustomNodes));
	console.log('Changes in nodes/ and credentials/ are compiled and loaded: reload the page.');
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	const args = [tsc, '--watch', '--preserveWatchOutput'];
	const { exited } = start(process.execPath, args, { inherit: true });
	const code = await Promise.race([instance.server.exited(), exited]);
	throw new UserError(`n8n or tsc exited unexpectedly (code ${code}).`, instance.log());
});
