import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../lib/failure';
import { withLock } from '../lib/lock';
import { npm } from '../lib/npm';
import { cacheFolder } from '../lib/paths';
import { start } from '../lib/processes';
import { step } from '../lib/progress.cjs';
import { N8N_VERSION, n8nRuntime, type Runtime } from './runtime';

/** What an installed n8n takes, and a little more. */
const NEEDED_BYTES = 3.5e9;

/**
 * n8n 1.x takes its spreadsheet library from the vendor's own host, which not every network lets
 * through. This is the same code on the npm registry, where n8n 2.x itself takes it from.
 */
const OVERRIDES = { xlsx: 'npm:@e965/xlsx@0.20.3' };

/** An n8n that is ready to be started. */
export interface InstalledN8n {
	version: string;
	folder: string;
	/** The Node.js binary it runs on. */
	node: string;
	/** Of that binary, e.g. "24.21.0". */
	nodeVersion: string;
	/** Its command line program (JavaScript). */
	bin: string;
	/** What it must be told to run on that Node.js. */
	env: NodeJS.ProcessEnv;
}

/** @returns what is wrong with the installation, if anything */
async function defectOf(n8n: InstalledN8n, { native }: Runtime): Promise<string | undefined> {
	if (!existsSync(n8n.bin)) return 'n8n itself is missing';
	if (!existsSync(n8n.node)) return 'its Node.js is missing';
	for (const name of native) {
		const isThere = existsSync(join(n8n.folder, 'node_modules', name));
		if (!isThere && name !== 'sqlite3') continue; // older versions do without
		const probe = start(n8n.node, ['-e', `require("${name}")`], { cwd: n8n.folder });
		if ((await probe.exited) !== 0) return `its native code (${name}) cannot be loaded`;
	}
	return undefined;
}

async function checkDisk(folder: string, version: string): Promise<void> {
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	if (free >= NEEDED_BYTES) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Failure(
		`n8n ${version} needs ${gigabytes(NEEDED_BYTES)} in ${folder}; ${gigabytes(free)} are free.`,
		'Free some space, or set N8N_NODES_VEO_CACHE to a folder on a larger disk.',
	);
}

/** Installs beside `folder` and renames at the end: an interrupted install is never taken for a good one. */
async function install(version: string, folder: string, runtime: Runtime): Promise<void> {
	const parent = dirname(folder);
	for (const left of await readdir(parent)) {
		if (left.startsWith(`${basename(folder)}.new-`)) {
			await rm(join(parent, left), { recursive: true, force: true });
		}
	}
	await checkDisk(parent, version);
	const fresh = `${folder}.new-${process.pid}`;
	await mkdir(fresh);
	const dependencies = {
		n8n: version,
		...(runtime.package && { [runtime.package]: runtime.version }),
	};
	const manifest = { private: true, dependencies, overrides: OVERRIDES };
	await writeFile(join(fresh, 'package.json'), JSON.stringify(manifest));
	const what = `n8n ${version} was not installed.`;
	await step(`Installing n8n ${version} (once, some minutes, 3 GB in ${parent})`, async () => {
		await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: fresh, what });
	});
	const headers = runtime.headers(fresh);
	await step("Building n8n's native code", async () => {
		await npm(
			[
				'rebuild',
				'sqlite3',
				'--ignore-scripts=false',
				...(headers ? [`--nodedir=${headers}`] : []),
			],
			{ cwd: fresh, what, nodeFolder: dirname(runtime.binary(fresh)) },
		);
	});
	await rename(fresh, folder);
}

/**
 * The n8n of that exact version from the cache, installed first if it is not there or broken.
 * @throws Failure if it cannot be installed (no network, no space, …)
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
	if (existsSync(folder) && !(await defectOf(n8n, runtime))) return n8n;
	return await withLock(`${folder}.lock`, async () => {
		if (existsSync(folder)) {
			const defect = await defectOf(n8n, runtime);
			if (!defect) return n8n; // another run has just installed it
			console.log(`  The cached n8n is broken (${defect}); installing it again.`);
			await rm(folder, { recursive: true, force: true });
		}
		await install(version, folder, runtime);
		const defect = await defectOf(n8n, runtime);
		if (!defect) return n8n;
		throw new Failure(
			`n8n ${version} was installed, but ${defect}.`,
			`Remove ${folder} and run the same command again.`,
		);
	});
}
