import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withLock } from './lock';
import { hashOf, root } from './paths';
import { npm } from './npm';

/** Of this checkout, ignored by git. */
const cache = join(root, '.cache');

/** All that `npm run build` and `npm pack` read. */
const SOURCES = [
	'nodes',
	'credentials',
	'icons',
	'gulpfile.js',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'README.md',
	'LICENSE.md',
];

const packedSchema = z.object({
	name: z.string(),
	version: z.string(),
	/** Path of the .tgz file. */
	file: z.string(),
	/** Of the file's content; npm packs the same files to the same bytes. */
	hash: z.string(),
});

/** The package as it would be published. */
export type PackedNode = z.output<typeof packedSchema>;

const packResult = z.array(
	z.object({ name: z.string(), version: z.string(), filename: z.string() }),
);

/** One hash of the named files, and of all files in the named folders. Missing ones count as empty. */
async function fingerprint(names: string[]): Promise<string> {
	const lines: string[] = [];
	for (const name of names) {
		const path = join(root, name);
		if (!existsSync(path)) continue;
		const below = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
		const files = below.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
		for (const file of files.length > 0 ? files.sort() : [path]) {
			lines.push(`${file} ${hashOf(await readFile(file))}`);
		}
	}
	return hashOf(lines.join('\n'));
}

/** Builds dist/ (`npm run build`), unless it is known to be what the sources give. */
export async function build(): Promise<void> {
	const stampFile = join(cache, 'build');
	const stamp = async () => `${await fingerprint(SOURCES)} ${await fingerprint(['dist'])}`;
	await withLock(`${stampFile}.lock`, async () => {
		const known = await readFile(stampFile, 'utf8').catch(() => undefined);
		if (existsSync(join(root, 'dist')) && known === (await stamp())) return;
		await npm(['run', 'build'], { cwd: root, what: 'The node was not built.' });
		await writeFile(stampFile, await stamp());
	});
}

/** Packs what is in dist/, as `npm publish` would. */
export async function pack(): Promise<PackedNode> {
	await mkdir(cache, { recursive: true });
	const output = await npm(
		['pack', '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${cache}`],
		{ cwd: root, what: 'The node was not packed.' },
	);
	const [packed] = packResult.parse(JSON.parse(output.slice(output.indexOf('['))));
	if (!packed) throw new Error(`npm pack named no file: ${output}`);
	const file = join(cache, packed.filename);
	const { name, version } = packed;
	return { name, version, file, hash: hashOf(await readFile(file)) };
}

/** Environment variable in which a script hands the packed node to the tests it starts. */
export const PACKED_NODE = 'VEO_PACKED_NODE';

/** The node as the calling script packed it; without one it is built and packed now. */
export async function packedNode(): Promise<PackedNode> {
	const given = process.env[PACKED_NODE];
	if (given) return packedSchema.parse(JSON.parse(given));
	await build();
	return await pack();
}
