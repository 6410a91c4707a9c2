import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureN8n } from '../../../scripts/n8n/install';
import { root } from '../../../scripts/lib/paths';

/** What an engine needs on disk. */
export interface Surroundings {
	/** Folder of the installed n8n. */
	n8n: string;
	n8nVersion: string;
	/** The Node.js that n8n runs on. */
	node: string;
	/** A copy of the built package that shares n8n's packages, as an installed one does. */
	ours: string;
	userFolder: string;
}

/** Made anew for every benchmark, removed when this process ends. */
export async function surroundings(): Promise<Surroundings> {
	const { folder: n8n, node, version: n8nVersion } = await ensureN8n();
	const folder = mkdtempSync(join(tmpdir(), 'veo-bench-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const ours = join(folder, 'package');
	mkdirSync(ours);
	for (const part of ['package.json', 'dist']) {
		cpSync(join(root, part), join(ours, part), { recursive: true });
	}
	symlinkSync(join(n8n, 'node_modules'), join(ours, 'node_modules'), 'dir');
	return { n8n, n8nVersion, node, ours, userFolder: join(folder, 'user') };
}
