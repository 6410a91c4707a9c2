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

/** Copies the sources without their timestamps, so that the copies differ in them. */
async function copySources(from: string, name: string): Promise<string> {
	const copy = join(folder, name);
	for (const source of SOURCES) {
		await cp(join(from, source), join(copy, source), { recursive: true });
	}
	await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
	return copy;
}

/** @returns the SHA-512 hash of the package that is built in the folder */
async function buildAndHash(cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
	const options = { cwd, shell, env: { ...process.env, ...env } };
	await run('npm', ['run', 'build'], options);
	const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts'], options);
	const [{ filename }] = packResult.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
	return createHash('sha512')
		.update(await readFile(join(cwd, filename)))
		.digest('base64');
}

describe('the package', () => {
	it('is identical for equal sources, regardless of folder, time, time zone and locale', async () => {
		const here = await copySources(ROOT, 'one');
		const there = await copySources(here, 'a folder with another name');
		const [first, second] = await Promise.all([
			buildAndHash(here, { TZ: 'Pacific/Auckland', LC_ALL: 'C' }),
			buildAndHash(there, { TZ: 'America/New_York', LC_ALL: 'C.UTF-8' }),
		]);
		expect(second).toBe(first);
	}, 180_000);
});
