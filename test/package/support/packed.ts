import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

export const ROOT = join(__dirname, '..', '..', '..');

const run = promisify(execFile);

const manifestSchema = z.object({
	name: z.string(),
	version: z.string(),
	description: z.string(),
	license: z.string(),
	homepage: z.string(),
	keywords: z.array(z.string()),
	author: z.object({ name: z.string(), email: z.string() }),
	repository: z.object({ type: z.string(), url: z.string() }),
	files: z.array(z.string()),
	scripts: z.record(z.string()),
	n8n: z.object({
		n8nNodesApiVersion: z.number(),
		strict: z.boolean(),
		credentials: z.array(z.string()),
		nodes: z.array(z.string()),
	}),
	peerDependencies: z.record(z.string()),
});

export type Manifest = z.output<typeof manifestSchema>;

const packResult = z.tuple([z.object({ filename: z.string() })]);

/** The published package: packed by npm and unpacked again. */
export class PackedNode {
	private constructor(
		private readonly folder: string,
		/** The folder of package.json. */
		readonly path: string,
		/** All files, relative to `path`, with slashes. */
		readonly files: readonly string[],
		/** The required fields of package.json. */
		readonly manifest: Manifest,
		/** The names of all fields of package.json. */
		readonly manifestKeys: readonly string[],
	) {}

	/** @throws Error if dist/ is missing */
	static async make(): Promise<PackedNode> {
		if (!existsSync(join(ROOT, 'dist', 'nodes'))) {
			throw new Error('dist/ is missing: run `npm run build` before the package tests');
		}
		const folder = await mkdtemp(join(tmpdir(), 'veo-package-'));
		const { stdout } = await run(
			'npm',
			['pack', '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${folder}`],
			{ cwd: ROOT, shell: process.platform === 'win32' },
		);
		const [{ filename }] = packResult.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
		await run('tar', ['-xzf', filename], { cwd: folder });
		// n8n provides its own n8n-workflow to the nodes that it loads
		await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
		const path = join(folder, 'package');
		const manifest: unknown = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
		return new PackedNode(
			folder,
			path,
			await filesBelow(path),
			manifestSchema.parse(manifest),
			Object.keys(manifestSchema.passthrough().parse(manifest)),
		);
	}

	/** Size after the installation, bytes. */
	async size(): Promise<number> {
		const stats = await Promise.all(this.files.map(async (file) => await stat(this.at(file))));
		return stats.reduce((sum, { size }) => sum + size, 0);
	}

	async read(file: string): Promise<string> {
		return await readFile(this.at(file), 'utf8');
	}

	at(file: string): string {
		return join(this.path, file);
	}

	/** Creates a folder that remove() deletes. */
	async createFolder(name: string): Promise<string> {
		const folder = join(this.folder, name);
		await mkdir(folder, { recursive: true });
		return folder;
	}

	async remove(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** All files below a folder, relative to it, with slashes. */
export async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
		.sort();
}

const scanSchema = z.array(
	z.object({ passed: z.boolean(), message: z.string(), details: z.string() }),
);

export interface ScannedFolder {
	folder: string;
	/** Whether the folder is a source checkout or a published package. */
	kind: 'source' | 'package';
}

/** Runs n8n's scanner for community packages. @returns the findings for each folder */
export async function scan(folders: ScannedFolder[]): Promise<z.output<typeof scanSchema>> {
	const program = join(__dirname, 'scan.mjs');
	const args = folders.map(({ folder, kind }) => `${kind}:${folder}`);
	// with these variables of jest, some rules treat every file as one of their own test cases
	const env = { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined };
	const { stdout } = await run(process.execPath, [program, ...args], { cwd: ROOT, env });
	return scanSchema.parse(JSON.parse(stdout));
}
