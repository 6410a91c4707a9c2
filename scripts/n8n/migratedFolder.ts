import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lib/lock';
import { cacheFolder } from '../lib/paths';
import { anyPort } from '../lib/ports';
import { run } from '../lib/processes';
import { n8nEnvironment } from './environment';
import type { InstalledN8n } from './install';

/** Creates n8n's data by a command that migrates the database, like the start of the server. */
async function migrate({ node, bin, env: extra }: InstalledN8n, userFolder: string): Promise<void> {
	const [port, brokerPort] = [await anyPort(), await anyPort()];
	const env = n8nEnvironment({ userFolder, port, brokerPort, files: [], extra });
	await mkdir(userFolder, { recursive: true });
	await run(node, [bin, 'list:workflow'], { cwd: userFolder, env });
}

/**
 * Copies n8n's data, with a migrated database and without an owner, into a new user folder: the
 * migrations take a quarter of the CPU time of n8n's first start. The copies share an encryption key.
 */
export async function copyMigratedFolder(n8n: InstalledN8n, userFolder: string): Promise<void> {
	const folder = join(cacheFolder(), `migrated-n8n-${n8n.version}`);
	const create = async () => {
		if (existsSync(folder)) return; // created by another process
		const temporary = `${folder}.new`;
		await rm(temporary, { recursive: true, force: true });
		await migrate(n8n, temporary);
		await rename(temporary, folder);
	};
	if (!existsSync(folder)) await withLock(`${folder}.lock`, create);
	await cp(join(folder, '.n8n'), join(userFolder, '.n8n'), { recursive: true });
}
