import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withLock } from './lock';
import { npm } from './npm';
import { hashOf, root } from './paths';
import { step } from './progress.cjs';

/** Cache of this checkout; ignored by git. */
const cache = join(root, '.cache');

/** Folders and files that `npm run build` and `npm pack` read. */
const SOURCE_FOLDERS = ['nodes', 'credentials', 'icons'];
const SOURCE_FILES = [
	...['gulpfile.js', 'package.json', 'package-lock.json', 'tsconfig.json'],
	...['README.md', 'LICENSE.md'],
];

const packedSchema = z.object({
	name: z.string(),
	version: z.string(),
	file: z.string(),
	/** Hash of its content; npm packs identical files to identical bytes. */
	hash: z.string(),
});

export type PackedNode = z.output<typeof packedSchema>;

const packOutput = z.array(
	z.object({ name: z.string(), version: z.string(), filename: z.string() }),
);

/** One hash of the names and contents of all sources and of dist/. */
async function fingerprint(): Promise<string> {
	const listed = [...SOURCE_FOLDERS, 'dist'].map(async (folder) => {
		const below = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
		return below.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
	});
	const files = [
		...SOURCE_FILES.map((name) => join(root, name)),
		...(await Promise.all(listed)).flat(),
	];
	const lines = files.sort().map(async (file) => `${file} ${hashOf(await readFile(file))}`);
	return hashOf((await Promise.all(lines)).join('\n'));
}

/** Builds dist/ (`npm run build`), unless it is up to date. */
export async function build(): Promise<void> {
	const stampFile = join(cache, 'build');
	const work = async () => {
		const stamp = await readFile(stampFile, 'utf8').catch(() => '');
		if (existsSync(join(root, 'dist')) && stamp === (await fingerprint())) return;
		await npm(['run', 'build'], { cwd: root, failure: "Couldn't build the node." });
		await writeFile(stampFile, await fingerprint());
	};
	const withBuildLock = async () => await withLock(`${stampFile}.lock`, work);
	await step('Building the node', withBuildLock, { usualSeconds: 8 });
}

/** Builds and packs the node, like `npm publish`. */
export async function buildAndPack(): Promise<PackedNode> {
	await build();
	return await step('Packing the node', async () => {
		await mkdir(cache, { recursive: true });
		const output = await npm(
			['pack', '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${cache}`],
			{ cwd: root, failure: "Couldn't pack the node." },
		);
		const [packed] = packOutput.parse(JSON.parse(output.slice(output.indexOf('['))));
		if (!packed) throw new Error(`npm pack returned no file name: ${output}`);
		const { name, version, filename } = packed;
		const file = join(cache, filename);
		return { name, version, file, hash: hashOf(await readFile(file)) };
	});
}

/** Environment variable that passes the packed node from a script to its tests. */
export const PACKED_NODE = 'VEO_PACKED_NODE';

/** The node packed by the calling script; built and packed now if there is none. */
export async function packedNode(): Promise<PackedNode> {
	const packed = process.env[PACKED_NODE];
	return packed ? packedSchema.parse(JSON.parse(packed)) : await buildAndPack();
}
