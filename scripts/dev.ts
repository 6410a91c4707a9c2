import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importExamples, mediaFolder, outputFolder } from './demo/examples';
import { announceEditor, keptUserFolder, veoApi } from './demo/surroundings';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { build } from './lib/pack';
import { root } from './lib/paths';
import { onFreePort, portNumber } from './lib/ports';
import { start } from './lib/processes';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';
import { N8nInstance } from './n8n/instance';
import type { Workflow } from './n8n/workflow';

/** n8n gives nodes of its custom folder this package name, whatever theirs is. */
function asCustomNodes(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) => ({
		...node,
		type: node.type.replace(/^n8n-nodes-veo\./, 'CUSTOM.'),
	}));
	return { ...workflow, nodes };
}

/** The checkout as a custom node of that n8n, as `n8n-node dev` links it: n8n watches it for changes. */
async function linkCheckout(userFolder: string): Promise<void> {
	const nodeModules = join(userFolder, '.n8n', 'custom', 'node_modules');
	await mkdir(nodeModules, { recursive: true });
	const link = join(nodeModules, 'n8n-nodes-veo');
	await rm(link, { force: true });
	await symlink(root, link, 'junction');
}

main(async () => {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '5678' } } });
	const n8n = await ensureN8n();
	await step('Building the node', build);
	const api = await veoApi(3055);
	const userFolder = await keptUserFolder('dev', false);
	if (!userFolder) throw new Failure('`npm run dev` is running already.', 'End it first.');
	await linkCheckout(userFolder);
	await mkdir(outputFolder, { recursive: true });
	const files = [mediaFolder, outputFolder];
	const env = { N8N_DEV_RELOAD: 'true' };
	const instance = await onFreePort(
		{ wanted: portNumber(values.port, '--port'), what: 'n8n', option: '--port' },
		async (port) =>
			await step(`Starting n8n ${n8n.version}`, async () => {
				return await N8nInstance.start({ n8n, userFolder, port, files, env });
			}),
	);
	await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: api });
	const id = await importExamples(instance, userFolder, asCustomNodes);
	announceEditor(instance, id);
	console.log(
		'Changes in nodes/ and credentials/ are compiled and loaded at once: reload the page.',
	);
	const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	const watch = start(process.execPath, [compiler, '--watch', '--preserveWatchOutput'], {
		show: true,
	});
	const code = await Promise.race([instance.ended(), watch.exited]);
	throw new Failure(`n8n or the compiler ended by itself (code ${code}).`, instance.log());
});
