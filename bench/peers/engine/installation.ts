import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/paths';
import { ensureN8n } from '../../../scripts/n8n/install';

/** An installed n8n and this package, on disk. */
export interface Installation {
	/** Folder of n8n. */
	n8n: string;
	n8nVersion: string;
	nodeVersion: string;
	/** The Node.js binary that n8n runs on. */
	node: string;
	/** A copy of the built package, which shares n8n's dependencies like an installed one. */
	ours: string;
	userFolder: string;
}

/** Installs n8n unless it is cached, and copies the package. The copy is removed at exit. */
export async function install(): Promise<Installation> {
	const { folder: n8n, node, version: n8nVersion, nodeVersion } = await ensureN8n();
	const folder = mkdtempSync(join(tmpdir(), 'veo-bench-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const ours = join(folder, 'package');
	mkdirSync(ours);
	for (const part of ['package.json', 'dist']) {
		cpSync(join(root, part), join(ours, part), { recursive: true });
	}
	symlinkSync(join(n8n, 'node_modules'), join(ours, 'node_modules'), 'dir');
	return { n8n, n8nVersion, node, nodeVersion, ours, userFolder: join(folder, 'user') };
}
