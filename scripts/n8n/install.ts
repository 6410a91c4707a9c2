import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../lib/lock';
import { npm, pnpm } from '../lib/npm';
import { cacheFolder } from '../lib/paths';
import { start } from '../lib/processes';
import { step } from '../lib/progress.cjs';
import { UserError } from '../lib/userError';
import { N8N_VERSION, n8nRuntime, type Runtime } from './runtime';

/** Size of an installed n8n, with some reserve. */
const NEEDED_BYTES = 3.5e9;
/** The compiled database driver, in sqlite3's folder build/. */
const DRIVER = join('Release', 'node_sqlite3.node');

/**
 * n8n 1.x downloads its spreadsheet library from the vendor's host, which some networks block. This
 * is the same code on the npm registry; n8n 2.x uses it too.
 */
const OVERRIDES = {
	xlsx: 'npm:@e965/xlsx@0.20.3',
	// newer ones need a newer @langchain/core than n8n before 2.41 contains
	'@langchain/langgraph-checkpoint': '1.0.0',
	'langchain>@langchain/langgraph': '1.1.2',
};

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

/** Usual durations on two cores. The two parts run side by side. */
const INSTALL_SECONDS = 90;
const COMPILE_SECONDS = 70;

/** Installs packages without their scripts. Downloads are kept in the cache if it is interrupted. */
async function installPackages(
	folder: string,
	dependencies: Record<string, string>,
	options: { failure: string; onStart?: (output: () => string) => void },
): Promise<void> {
	await rm(join(folder, 'node_modules'), { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const manifest = { private: true, dependencies, pnpm: { overrides: OVERRIDES } };
	await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
	const downloads = join(cacheFolder(), 'pnpm');
	const settings = {
		'store-dir': join(downloads, 'store'),
		'cache-dir': join(downloads, 'metadata'),
		'node-linker': 'hoisted', // one flat node_modules, as npm installs n8n
		'fetch-retries': '4',
		'fetch-retry-mintimeout': '2000',
		'fetch-retry-maxtimeout': '10000',
	};
	const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
	const fixed = ['install', '--ignore-scripts', '--ignore-workspace', '--prefer-offline'];
	await pnpm([...fixed, '--reporter=append-only', ...flags], { cwd: folder, ...options });
}

/** @returns what pnpm has done and what is left, from its output */
function installProgress(output: string): string {
	const line = /Progress: resolved (\d+), reused (\d+), downloaded (\d+), added (\d+)/g;
	const [, resolved, reused, downloaded, added] = [...output.matchAll(line)].at(-1) ?? [];
	if (!resolved) return 'resolving packages';
	// a resumed download doesn't resolve the packages again
	const total = resolved === '0' ? '' : ` of ${resolved}`;
	return `${Number(reused) + Number(downloaded)}${total} packages downloaded, ${added} unpacked`;
}

/** Compiles n8n's database driver in a folder of its own. @returns its folder build/ */
async function compileSqlite(folder: string, version: string, runtime: Runtime): Promise<string> {
	const failure = `Couldn't compile the native code of n8n ${version}.`;
	const build = join(folder, 'node_modules', 'sqlite3', 'build');
	if (existsSync(join(build, DRIVER))) return build; // an earlier run was interrupted after this
	const field = 'dependencies.sqlite3';
	const output = await npm(['view', `n8n@${version}`, field], { cwd: dirname(folder), failure });
	const sqlite3 = output.trim().split('\n').at(-1) ?? '';
	const node = runtime.package && { [runtime.package]: runtime.version };
	await installPackages(folder, { sqlite3, ...node }, { failure });
	const headers = runtime.headers(folder);
	const args = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
	await npm([...args, ...(headers ? [`--nodedir=${headers}`] : [])], {
		cwd: folder,
		failure,
		nodeFolder: dirname(runtime.binary(folder)),
		env: { CFLAGS: '-O1' }, // compiles in half the time of -O3
	});
	return build;
}

/**
 * Downloads n8n, and compiles its database driver meanwhile. Uses temporary folders and renames at the
 * end, so that an aborted installation isn't used.
 */
async function install(version: string, folder: string, runtime: Runtime): Promise<void> {
	const temporary = `${folder}.new`;
	const driverFolder = `${folder}.sqlite3`;
	await mkdir(temporary, { recursive: true });
	await checkDisk(temporary, version);
	const node = runtime.package && { [runtime.package]: runtime.version };
	const failure = `Couldn't install n8n ${version}.`;
	let output = () => '';
	const onStart = (current: () => string) => void (output = current);
	const packages = { n8n: version, ...node };
	const download = step(
		`Downloading n8n ${version} (once, 2 GB in ${dirname(folder)})`,
		async () => await installPackages(temporary, packages, { failure, onStart }),
		{ usualSeconds: INSTALL_SECONDS, detail: () => installProgress(output()) },
	);
	const compile = step(
		"Compiling n8n's database driver",
		async () => await compileSqlite(driverFolder, version, runtime),
		{ usualSeconds: COMPILE_SECONDS },
	);
	const [build] = await Promise.all([compile, download]);
	const target = join(temporary, 'node_modules', 'sqlite3', 'build');
	await cp(join(build, DRIVER), join(target, DRIVER));
	await rename(temporary, folder);
	await rm(driverFolder, { recursive: true, force: true });
}

/** Where this version of n8n is, or will be. */
function locate(version: string, runtime: Runtime): InstalledN8n {
	const platform = `${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `n8n-${version}-node-${runtime.version}-${platform}`);
	return {
		version,
		folder,
		node: runtime.binary(folder),
		nodeVersion: runtime.version,
		bin: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		env: runtime.env,
	};
}

/** This version of n8n if it is in the cache and usable. */
export async function installedN8n(
	version: string = N8N_VERSION,
): Promise<InstalledN8n | undefined> {
	const runtime = n8nRuntime();
	const n8n = locate(version, runtime);
	const isUsable = existsSync(n8n.folder) && !(await findDefect(n8n, runtime));
	return isUsable ? n8n : undefined;
}

/**
 * Returns this version of n8n from the cache. Installs it first if it is missing or broken.
 * @throws UserError if the installation fails (no network, no space, …)
 */
export async function ensureN8n(version: string = N8N_VERSION): Promise<InstalledN8n> {
	const installed = await installedN8n(version);
	if (installed) return installed;
	const runtime = n8nRuntime();
	const n8n = locate(version, runtime);
	const { folder } = n8n;
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
