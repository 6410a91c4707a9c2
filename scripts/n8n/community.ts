import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PackedNode } from '../lib/pack';
import { run } from '../lib/processes';

const manifestSchema = z.record(z.unknown());

/**
 * Installs the packed node like n8n's community-packages.service.js: unpacks it into
 * .n8n/nodes/node_modules, removes dependency lists without effect at run time, and lists it in
 * .n8n/nodes/package.json. The package has no run-time dependencies, so `npm install` is omitted.
 * n8n loads all packages in that folder, including those missing from its database.
 */
export async function installCommunityNode(userFolder: string, node: PackedNode): Promise<void> {
	const { name, version, file, hash } = node;
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const stamp = join(nodesFolder, 'installed-hash');
	if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return;

	const folder = join(nodesFolder, 'node_modules', name);
	await rm(stamp, { force: true });
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', file, '-C', folder, '--strip-components=1']);
	const manifestFile = join(folder, 'package.json');
	const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestFile, 'utf8')));
	for (const list of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[list];
	}
	await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
	const installed = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	await writeFile(join(nodesFolder, 'package.json'), JSON.stringify(installed, null, 2));
	await writeFile(stamp, hash);
}
