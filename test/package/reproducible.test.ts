import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from './support/packed';

const run = promisify(execFile);
const shell = process.platform === 'win32';

/** Everything from which the package is built. */
const SOURCES = [
	...['nodes', 'credentials', 'icons', 'package.json', 'tsconfig.json', 'gulpfile.js'],
	...['README.md', 'LICENSE.md'],
];

const packResult = z.tuple([z.object({ filename: z.string() })]);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'veo-build-'))));
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** Copies the sources without their timestamps, so that the copy differs in them. */
async function copySources(name: string): Promise<string> {
	const copy = join(folder, name);
	for (const source of SOURCES) {
		await cp(join(ROOT, source), join(copy, source), { recursive: true });
	}
	await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
	return copy;
}

/** @returns the SHA-512 hash of the package that npm packs in `cwd` */
async function packAndHash(cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
	const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`];
	const { stdout } = await run('npm', args, { cwd, shell, env: { ...process.env, ...env } });
	const [{ filename }] = packResult.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
	return createHash('sha512')
		.update(await readFile(join(folder, filename)))
		.digest('base64');
}

describe('the package', () => {
	it('is identical for equal sources, regardless of folder, time, time zone and locale', async () => {
		const copy = await copySources('a folder with another name');
		const env = { TZ: 'Pacific/Auckland', LC_ALL: 'C' };
		await run('npm', ['run', 'build'], { cwd: copy, shell, env: { ...process.env, ...env } });
		// `npm test` has built the package here, with the time zone and the locale of this machine
		expect(await packAndHash(copy, env)).toBe(await packAndHash(ROOT, {}));
	}, 180_000);
});
