/** The sandbox as its own package, packed by npm. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { filesBelow, ROOT } from './support/packed';

const run = promisify(execFile);
const manifestSchema = z.object({
	version: z.string(),
	engines: z.object({ node: z.string() }),
	bin: z.record(z.string()),
	main: z.string(),
	types: z.string(),
	dependencies: z.record(z.string()).default({}),
	devDependencies: z.record(z.string()).default({}),
});
const packResult = z.tuple([z.object({ filename: z.string() })]);

const manifestAt = async (...path: string[]) =>
	manifestSchema
		.partial()
		.parse(JSON.parse(await readFile(join(ROOT, ...path, 'package.json'), 'utf8')));

let folder: string;
let path: string;
let files: string[];
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'veo-sandbox-package-'));
	// in a copy, because the type check and the linter read the folder at the same time
	const copy = join(folder, 'copy');
	await cp(join(ROOT, 'sandbox'), join(copy, 'sandbox'), { recursive: true });
	await cp(join(ROOT, 'tsconfig.json'), join(copy, 'tsconfig.json'));
	// these are the packages that npm installs for it
	await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
	const args = ['pack', '--json', '--loglevel=error', `--pack-destination=${folder}`];
	const { stdout } = await run('npm', args, {
		cwd: join(copy, 'sandbox'),
		shell: process.platform === 'win32',
	});
	const [{ filename }] = packResult.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
	await run('tar', ['-xzf', filename], { cwd: folder });
	path = join(folder, 'package');
	files = await filesBelow(path);
}, 120_000);
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe('the package of the sandbox', () => {
	it('contains the compiled code, the videos, the status page and the documentation', () => {
		const others = files.filter((file) => !file.startsWith('dist/'));
		expect(others.sort()).toEqual([
			...['LICENSE.md', 'README.md'],
			...['media/landscape.mp4', 'media/portrait.mp4'],
			...['package.json', 'page/index.html', 'page/status.js'],
		]);
		expect(files.filter((file) => /(?<!\.d)\.ts$|\.map$/.test(file))).toEqual([]);
	});

	it('has an entry for the command line and one for tests, which exist', async () => {
		const { bin, main = '', types = '' } = await manifestAt('sandbox');
		expect(files).toEqual(expect.arrayContaining([...Object.values(bin ?? {}), main, types]));
	});

	it('declares each package that its code imports, and no other', async () => {
		const { dependencies } = await manifestAt('sandbox');
		const imported = new Set<string>();
		for (const file of files.filter((name) => /^dist\/.*\.js$/.test(name))) {
			const code = await readFile(join(path, file), 'utf8');
			for (const [, name = ''] of code.matchAll(
				/require(?:\.resolve)?\(["']([^"'.][^"']*)["']\)/g,
			)) {
				const [scope = '', rest = ''] = name.split('/');
				imported.add(scope.startsWith('@') ? `${scope}/${rest}` : scope);
			}
		}
		const packages = [...imported].filter(
			(name) => !name.startsWith('node:') && !builtinModules.includes(name),
		);
		// the declarations import its types
		const all = [...packages, '@fastify/type-provider-typebox'];
		expect(all.sort()).toEqual(Object.keys(dependencies ?? {}).sort());
	});

	it('has the dependencies, the version and the Node.js of this repository', async () => {
		const [own, root] = [await manifestAt('sandbox'), await manifestAt()];
		expect(root.devDependencies).toMatchObject(own.dependencies ?? {});
		expect([own.version, own.engines]).toEqual([root.version, root.engines]);
	});

	it('runs with Node.js alone', async () => {
		const { bin } = await manifestAt('sandbox');
		const main = join(path, bin?.['veo-api-sandbox'] ?? '');
		const child = spawn(process.execPath, [main, '--port', '0', '--job-seconds', '0'], {
			cwd: folder,
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const origin = await new Promise<string>((resolve, reject) => {
			let output = '';
			child.stdout.on('data', (chunk: Buffer) => {
				output += chunk.toString();
				const [, found] = /listening on (\S+)\/api/.exec(output) ?? [];
				if (found !== undefined) resolve(found);
			});
			child.once('exit', (code) => reject(new Error(`It exited with code ${code}`)));
		});
		const headers = { authorization: 'Bearer sandbox-key', 'content-type': 'application/json' };
		const body = JSON.stringify({ generationType: 'text_to_video', prompt: 'A lighthouse' });
		const submitted = await fetch(`${origin}/api/generate-video`, {
			method: 'POST',
			headers,
			body,
		});
		const { data } = z
			.object({ data: z.object({ uuid: z.string() }) })
			.parse(await submitted.json());
		const video = await fetch(`${origin}/videos/${data.uuid}.mp4`);
		expect(Buffer.from(await video.arrayBuffer()).toString('latin1', 4, 8)).toBe('ftyp');
		for (const url of ['/', '/page/status.js', '/page/alpine.js', '/page/pico.css']) {
			expect((await fetch(origin + url)).status).toBe(200);
		}
		child.kill('SIGTERM');
		expect(await once(child, 'exit')).toEqual([0, null]);
	});
});
