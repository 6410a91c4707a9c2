import { existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../lib/lock';
import { npm } from '../lib/npm';
import { cacheFolder } from '../lib/paths';
import { start } from '../lib/processes';
import { step } from '../lib/progress.cjs';
import { UserError } from '../lib/userError';
import { N8N_VERSION, n8nRuntime, type Runtime } from './runtime';

/** Size of an installed n8n, with some reserve. */
const NEEDED_BYTES = 3.5e9;

/**
 * n8n 1.x downloads its spreadsheet library from the vendor's host, which some networks block. This
 * is the same code on the npm registry; n8n 2.x uses it too.
 */
const OVERRIDES = { xlsx: 'npm:@e965/xlsx@0.20.3' };

export interface InstalledN8n {
	version: string;
	folder: string;
	node: string;
	nodeVersion: string;
	/** Path of n8n's command line program (JavaScript). */
	bin: string;
	env: NodeJS.ProcessEnv;
}

/** @returns why the installation is unusable, or undefined */
async function findDefect(n8n: InstalledN8n, { native }: Runtime): Promise<string | undefined> {
	if (!existsSync(n8n.bin)) return 'n8n itself is missing';
	if (!existsSync(n8n.node)) return 'its Node.js is missing';
	for (const name of native) {
		const isMissing = !existsSync(join(n8n.folder, 'node_modules', name));
		if (isMissing && name !== 'sqlite3') continue; // older versions don't use it
		const { exited } = start(n8n.node, ['-e', `require("${name}")`], { cwd: n8n.folder });
		if ((await exited) !== 0) return `its native code (${name}) doesn't load`;
	}
	return undefined;
}

async function checkDisk(folder: string, version: string): Promise<void> {
	const { bavail, bsize } = await statfs(folder);
	if (bavail * bsize >= NEEDED_BYTES) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new UserError(
		`n8n ${version} needs ${gigabytes(NEEDED_BYTES)}, but only ${gigabytes(bavail * bsize)} are free in ${folder}.`,
		'Free some space, or set N8N_NODES_VEO_CACHE to a folder on a larger disk.',
	);
}

/** Installs into a temporary folder and renames it at the end, so an aborted install isn't used. */
async function install(version: string, folder: string, runtime: Runtime): Promise<void> {
	const temporary = `${folder}.new`;
	await rm(temporary, { recursive: true, force: true });
	await mkdir(temporary, { recursive: true });
	await checkDisk(temporary, version);
	const node = runtime.package && { [runtime.package]: runtime.version };
	const dependencies = { n8n: version, ...node };
	const manifest = { private: true, dependencies, overrides: OVERRIDES };
	await writeFile(join(temporary, 'package.json'), JSON.stringify(manifest));
	const options = { cwd: temporary, failure: `Couldn't install n8n ${version}.` };
	const title = `Installing n8n ${version} (once, takes minutes and 3 GB in ${dirname(folder)})`;
	await step(title, async () => {
		await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], options);
	});
	const headers = runtime.headers(temporary);
	await step("Compiling n8n's native code", async () => {
		const args = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
		const nodeFolder = dirname(runtime.binary(temporary));
		await npm([...args, ...(headers ? [`--nodedir=${headers}`] : [])], { ...options, nodeFolder });
	});
	await rename(temporary, folder);
}

/**
 * Returns this version of n8n from the cache. Installs it first if it is missing or broken.
 * @throws UserError if the installation fails (no network, no space, …)
 */
export async function ensureN8n(version: string = N8N_VERSION): Promise<InstalledN8n> {
	const runtime = n8nRuntime();
	const platform = `${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `n8n-${version}-node-${runtime.version}-${platform}`);
	const n8n = {
		version,
		folder,
		node: runtime.binary(folder),
		nodeVersion: runtime.version,
		bin: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		env: runtime.env,
	};
	if (existsSync(folder) && !(await findDefect(n8n, runtime))) return n8n;
	return await withLock(`${folder}.lock`, async () => {
		if (existsSync(folder)) {
			const defect = await findDefect(n8n, runtime);
			if (!defect) return n8n; // installed by another process
			console.log(`  The cached n8n is broken (${defect}) and will be reinstalled.`);
			await rm(folder, { recursive: true, force: true });
		}
		await install(version, folder, runtime);
		const defect = await findDefect(n8n, runtime);
		if (!defect) return n8n;
		const hint = `Remove ${folder} and run the same command again.`;
		throw new UserError(`n8n ${version} was installed, but ${defect}.`, hint);
	});
}
