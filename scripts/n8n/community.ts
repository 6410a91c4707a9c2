import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PackedNode } from '../lib/pack';
import { run } from '../lib/processes';

const manifestSchema = z.record(z.unknown());

/**
 * Installs the packed node as n8n itself installs a community node (its
 * community-packages.service.js): unpacked under .n8n/nodes/node_modules, without the dependency
 * lists that are of no use at run time, and entered in the ledger .n8n/nodes/package.json. n8n
 * then runs npm install in the package; there are no run-time dependencies, so that is left out.
 * The loader takes every package of that folder, whether or not n8n's database knows it.
 */
export async function installCommunityNode(userFolder: string, node: PackedNode): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const ledger = join(nodesFolder, 'package.json');
	const stamp = join(nodesFolder, 'installed-hash');
	if ((await readFile(stamp, 'utf8').catch(() => '')) === node.hash) return;

	const folder = join(nodesFolder, 'node_modules', node.name);
	await rm(stamp, { force: true });
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', node.file, '-C', folder, '--strip-components=1']);
	const manifestFile = join(folder, 'package.json');
	const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestFile, 'utf8')));
	for (const list of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[list];
	}
	await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
	await writeFile(
		ledger,
		JSON.stringify(
			{ name: 'installed-nodes', private: true, dependencies: { [node.name]: node.version } },
			null,
			2,
		),
	);
	await writeFile(stamp, node.hash);
}
