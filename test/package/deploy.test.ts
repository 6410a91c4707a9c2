/**
 * The files in deploy/, as far as they can be checked without a Docker engine: by the schema of the
 * Compose specification, a linter for Dockerfiles, and by executing their shell commands in a folder.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { z } from 'zod';
import composeSpec from './support/compose-spec.json';
import { ROOT } from './support/packed';

const run = promisify(execFile);
const DEPLOY = join(ROOT, 'deploy');
const read = async (name: string) => await readFile(join(DEPLOY, name), 'utf8');

const serviceSchema = z.object({
	image: z.string(),
	environment: z.record(z.string()).default({}),
	volumes: z.array(z.string()).default([]),
	command: z.string().optional(),
	depends_on: z.record(z.object({ condition: z.string() })).default({}),
	healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const composeSchema = z.object({
	services: z.record(serviceSchema),
	volumes: z.record(z.null()),
});

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'veo-deploy-'))));
afterEach(async () => await rm(folder, { recursive: true, force: true }));

describe('compose.yaml', () => {
	const compose = async () => {
		const value: unknown = parse(await read('compose.yaml'), { merge: true });
		return { value, ...composeSchema.parse(value) };
	};

	it('is valid by the Compose specification', async () => {
		// the meta-schema has another URL in the specification than in ajv
		const schema = { ...composeSpec, $schema: 'http://json-schema.org/draft-07/schema#' };
		const formats = { ports: true, expose: true, duration: true, subnet_ip_address: true } as const;
		const check = new Ajv({ strict: false, formats }).compile(schema);
		check((await compose()).value);
		expect(check.errors).toBeNull();
		expect(check({ services: { n8n: { imag: 'n8n' } } })).toBe(false);
	});

	it('uses the same image and settings for the main process and the workers', async () => {
		const { n8n, worker } = (await compose()).services;
		expect(n8n?.environment).toEqual(worker?.environment);
		expect(n8n?.image).toBe(worker?.image);
		expect(n8n?.environment).toMatchObject({
			EXECUTIONS_MODE: 'queue',
			N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
			N8N_STORAGE_PATH: '/home/node/storage',
			N8N_DEFAULT_BINARY_DATA_MODE: '${BINARY_DATA_MODE:-database}',
		});
		for (const service of [n8n, worker]) {
			expect(service?.volumes).toContain('storage:/home/node/storage');
		}
	});

	it('defines each service and volume that a service needs', async () => {
		const { services, volumes } = await compose();
		for (const [name, { depends_on: needed, volumes: mounts }] of Object.entries(services)) {
			for (const [other, { condition }] of Object.entries(needed)) {
				expect([name, other, Object.keys(services)]).toEqual([
					...[name, other],
					expect.arrayContaining([other]),
				]);
				const isChecked = services[other]?.healthcheck !== undefined;
				expect([other, isChecked]).toEqual([other, condition === 'service_healthy']);
			}
			for (const mount of mounts) expect(volumes).toHaveProperty(mount.split(':')[0] ?? '');
		}
	});

	it('has every variable in .env.example, and no secret has a value', async () => {
		const text = await read('compose.yaml');
		const used = new Set([...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name));
		const required = new Set([...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name]) => name));
		const example = [...(await read('.env.example')).matchAll(/^([A-Z0-9_]+)=(.*)$/gm)];
		expect(new Set(example.map(([, name]) => name))).toEqual(used);
		const empty = example.filter(([, , value]) => value === '').map(([, name]) => name);
		expect(new Set(empty)).toEqual(required);
	});

	it('has defaults that match the Dockerfile, .env.example and this version', async () => {
		const files = await Promise.all(['compose.yaml', 'Dockerfile', '.env.example'].map(read));
		const { version } = z
			.object({ version: z.string() })
			.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
		for (const text of files) {
			const versions = [...text.matchAll(/N8N_VERSION(?::-|=)(\d[\d.]*)/g)].map(
				([, found]) => found,
			);
			expect(new Set(versions)).toEqual(new Set(['2.41.1']));
			const packages = [...text.matchAll(/n8n-nodes-veo@([\d.]+)/g)].map(([, found]) => found);
			expect(new Set(packages)).toEqual(new Set([version]));
		}
	});

	it("checks n8n's health with a script that Node.js accepts", async () => {
		const { n8n } = (await compose()).services;
		const [, program, flag, script = ''] = n8n?.healthcheck?.test ?? [];
		expect([program, flag]).toEqual(['node', '-e']);
		const checked = run(process.execPath, ['-e', script.replace(':5678', ':9')]);
		await expect(checked).rejects.toMatchObject({ code: 1, stderr: '' });
	});
});

describe('Dockerfile', () => {
	const instructions = async (): Promise<Instruction[]> =>
		DockerfileParser.parse(await read('Dockerfile')).getInstructions();
	const argumentsOf = (all: Instruction[], keyword: string) =>
		all
			.filter((instruction) => instruction.getKeyword() === keyword)
			.map((instruction) => instruction.getArgumentsContent() ?? '');

	it('has no problems', async () => {
		expect(validate(await read('Dockerfile'))).toEqual([]);
		expect(validate('FROM n8n\nENTRYPOINTS tini')).toHaveLength(1);
	});

	it('ends as an unprivileged user', async () => {
		expect(argumentsOf(await instructions(), 'USER').at(-1)).toBe('node');
	});

	it('installs a packed node with its first command, without a network', async () => {
		const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`];
		const { stdout } = await run('npm', args, { cwd: ROOT });
		const [{ filename }] = z
			.tuple([z.object({ filename: z.string() })])
			.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
		await cp(join(DEPLOY, 'entrypoint.sh'), join(folder, 'entrypoint.sh'));
		const [command = ''] = argumentsOf(await instructions(), 'RUN');
		const cache = join(folder, 'empty-cache');
		const offline = { npm_config_offline: 'true', npm_config_cache: cache };
		const env = { ...process.env, ...offline, VEO_PACKAGE: `./${filename}` };
		await run('sh', ['-c', command.replace(/\\\n/g, '')], { cwd: folder, env });
		expect(existsSync(join(folder, 'n8n-nodes-veo', 'dist', 'nodes', 'Veo', 'Veo.node.js'))).toBe(
			true,
		);
		expect(existsSync(join(folder, 'node_modules'))).toBe(false);
		expect((await stat(join(folder, 'entrypoint.sh'))).mode & 0o111).toBe(0o111);
	}, 120_000);
});

describe('entrypoint.sh', () => {
	const COPY = ['home', '.n8n', 'nodes', 'node_modules', 'n8n-nodes-veo'];

	/** Executes the script as the image does, in a folder instead of the container. */
	async function start(version: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
		const image = join(folder, 'image');
		await rm(image, { recursive: true, force: true });
		await mkdir(join(image, 'n8n-nodes-veo', 'dist'), { recursive: true });
		await writeFile(join(image, 'n8n-nodes-veo', 'package.json'), version);
		await writeFile(join(image, 'n8n-nodes-veo', 'dist', `${version}.js`), '');
		await cp(join(DEPLOY, 'entrypoint.sh'), join(image, 'entrypoint.sh'));
		const n8n = join(image, 'docker-entrypoint.sh');
		await writeFile(n8n, '#!/bin/sh\nprintf "n8n:%s\\n" "$@"\n');
		await chmod(n8n, 0o755);
		const { stdout } = await run('sh', [join(image, 'entrypoint.sh'), ...args], {
			env: { PATH: process.env.PATH, HOME: join(folder, 'home'), N8N_ENTRYPOINT: n8n, ...env },
		});
		return stdout;
	}
	const installed = async (...path: string[]) =>
		await readFile(join(folder, ...path, 'package.json'), 'utf8');

	it('copies the node to the folder of community nodes, and starts n8n with its arguments', async () => {
		expect(await start('1', ['worker', '--concurrency=50', 'a b'])).toBe(
			'n8n:worker\nn8n:--concurrency=50\nn8n:a b\n',
		);
		expect(await installed(...COPY)).toBe('1');
	});

	it('replaces the version of an earlier image, and leaves other nodes alone', async () => {
		await start('1');
		const other = join(folder, ...COPY, '..', 'n8n-nodes-other');
		await mkdir(other);
		await start('2');
		expect(await installed(...COPY)).toBe('2');
		expect(existsSync(join(folder, ...COPY, 'dist', '1.js'))).toBe(false);
		const { stdout } = await run('ls', ['-A', join(other, '..')]);
		expect(stdout.trim().split('\n')).toEqual(['n8n-nodes-other', 'n8n-nodes-veo']);
	});

	it("uses n8n's own folder setting", async () => {
		await start('1', [], { N8N_USER_FOLDER: join(folder, 'data') });
		expect(await installed('data', ...COPY.slice(1))).toBe('1');
	});

	it('ends with an error if the folder is not writable', async () => {
		await writeFile(join(folder, 'home'), 'a file');
		await expect(start('1')).rejects.toMatchObject({ code: 1 });
	});
});
