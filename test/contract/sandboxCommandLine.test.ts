/** The command line of the sandbox: options, output and shutdown. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';
import { connectSandbox, startSandbox } from '../../sandbox/client';
import { OptionError, parseOptions } from '../../sandbox/options';
import { clientFor, networkErrorOf, statusPath, UPLOAD } from './support/api';
import { imageForm, IMAGES } from './support/images';
import { temporaryFolder } from './support/temporaryFolder';
import { waitFor } from './support/waitFor';

const ROOT = join(__dirname, '..', '..');
const MAIN = join(ROOT, 'sandbox', 'main.ts');

const children = new Set<ChildProcess>();
afterEach(() => {
	for (const child of children) child.kill('SIGKILL');
	children.clear();
});

function run(args: string[], { ipc = false, env = process.env } = {}) {
	const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
		cwd: ROOT,
		env,
		stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
	});
	children.add(child);
	const output = { text: '' };
	child.stdout?.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
	child.stderr?.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
	const exitCode = once(child, 'exit').then(([code]: unknown[]) => code);
	const origin = async () => {
		await waitFor(async () => /listening on .*\/api\n/.test(output.text));
		return /listening on (\S+)\/api/.exec(output.text)?.[1] ?? '';
	};
	return { child, output, exitCode, origin };
}

describe('options', () => {
	test.each<[string[], RegExp]>([
		[['--port', 'many'], /--port must be a whole number from 0 to 65535\. Received "many"/],
		[['--port', '70000'], /--port/],
		[['--credits', '-5'], /--credits/],
		[['--job-seconds', 'soon'], /--job-seconds must be a number of seconds/],
		[['--error-style', 'polite'], /--error-style must be http or ok/],
		[['--requests-per-minute', '0'], /--requests-per-minute/],
		[['--public-url', 'nowhere'], /--public-url must be an http or https URL/],
		[['--callback-url', 'nowhere'], /--callback-url must be an http or https URL/],
		[['--key', 'two words'], /--key/],
		[['--speed', '9'], /--speed/],
		[['stray'], /stray/],
	])('%j is rejected with a description of the valid values', (args, reason) => {
		expect(() => parseOptions(args)).toThrow(OptionError);
		expect(() => parseOptions(args)).toThrow(reason);
	});

	test('a rejected option ends the process, with a hint to --help', async () => {
		const { exitCode, output } = run(['--port', 'many']);
		expect(await exitCode).toBe(1);
		expect(output.text).toMatch(/--port must be a whole number from 0 to 65535\. Received "many"/);
		expect(output.text).toContain('--help');
		expect(output.text).not.toContain('    at ');
	});

	test('--help lists every option', async () => {
		const { exitCode, output } = run(['--help']);
		expect(await exitCode).toBe(0);
		const options = [...output.text.matchAll(/^ +--([a-z-]+) /gm)].map(([, name]) => name);
		expect(options).toEqual([
			...['port', 'host', 'key', 'credits', 'job-seconds', 'error-style', 'requests-per-minute'],
			...['public-url', 'callback-url', 'quiet', 'help'],
		]);
	});

	test('startSandbox passes every option', async () => {
		const sandbox = await startSandbox({
			keys: ['k'],
			credits: 7,
			jobSeconds: 0.5,
			errorStyle: 'ok',
			requestsPerMinute: 30,
			publicUrl: 'https://media.test/',
			callbackUrl: 'https://hook.test/',
		});
		const { settings } = await sandbox.state();
		await sandbox.close();
		expect(sandbox.key).toBe('k');
		expect(settings).toMatchObject({
			credits: 7,
			jobSeconds: 0.5,
			errorStyle: 'ok',
			requestsPerMinute: 30,
			publicUrl: 'https://media.test',
			callbackUrl: 'https://hook.test/',
		});
	});
});

describe('starting', () => {
	test('it prints its URL and an example request', async () => {
		const { origin, output, child, exitCode } = run(['--port', '0', '--key', 'my-key']);
		expect(await origin()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		await waitFor(async () => output.text.includes('A lighthouse'));
		for (const hint of ['my-key', 'curl', '/openapi.json']) expect(output.text).toContain(hint);
		child.kill('SIGTERM');
		await exitCode;
	});

	test('a port in use is reported with a way to fix it', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await once(other, 'listening');
		const { port } = z.object({ port: z.number() }).parse(other.address());
		const { exitCode, output } = run(['--port', String(port)]);
		expect(await exitCode).toBe(1);
		expect(output.text).toContain(String(port));
		expect(output.text).toContain('--port 0');
		await expect(startSandbox({ port })).rejects.toThrow('already in use');
		other.close();
	});
});

describe('the proxy', () => {
	test('--help lists its options', async () => {
		const { exitCode, output } = run(['proxy', '--help']);
		expect(await exitCode).toBe(0);
		const options = [...output.text.matchAll(/^ +--([a-z-]+) /gm)].map(([, name]) => name);
		expect(options).toEqual(['target', 'port', 'host', 'record', 'quiet', 'help']);
	});

	test('a rejected option ends the process, with a hint to --help', async () => {
		const { exitCode, output } = run(['proxy', '--target', 'nowhere']);
		expect(await exitCode).toBe(1);
		expect(output.text).toMatch(/--target must be an http or https URL. Received "nowhere"/);
		expect(output.text).toContain('--help');
	});

	test('it prints its base URL, its requests, and a summary at the end', async () => {
		const args = ['proxy', '--port', '0', '--target', 'http://127.0.0.1:9/api'];
		const { origin, output, child, exitCode } = run(args);
		const { data } = await clientFor(connectSandbox(await origin()), 'key').get(statusPath('a'));
		expect(data).toMatch(/^The API can't be reached: .*ECONNREFUSED/);
		child.kill('SIGINT');
		expect(await exitCode).toBe(0);
		expect(output.text).toMatch(/Proxy of http:\/\/127\.0\.0\.1:9\/api listening on/);
		expect(output.text).toContain('GET /api/video-status/a 502');
		expect(output.text).toContain('0 requests were forwarded: no differences');
	});
});

describe('stopping', () => {
	// it disconnects when its parent process ends; on Windows, a signal ends it immediately
	const ENDS = process.platform === 'win32' ? [] : (['SIGINT', 'SIGTERM'] as const);

	test.each(['disconnect', ...ENDS] as const)(
		'%s stops it cleanly, even with a hanging request and uploaded files',
		async (end) => {
			const temporary = mkdtempSync(join(tmpdir(), 'veo-test-'));
			const { origin, child, exitCode } = run(['--port', '0'], {
				env: { ...process.env, ...temporaryFolder(temporary) },
				ipc: true,
			});
			const sandbox = connectSandbox(await origin());
			await clientFor(sandbox, sandbox.key).post(UPLOAD, imageForm(IMAGES['image/png']));
			const uploads = () =>
				readdirSync(temporary).filter((name) => name.startsWith('veo-sandbox-'));
			expect(uploads()).toHaveLength(1);

			await sandbox.fault({ endpoint: 'status', fault: { kind: 'hang' } });
			const hanging = networkErrorOf(clientFor(sandbox, sandbox.key).get(statusPath('any')));
			await waitFor(async () => (await sandbox.journal({ fault: 'hang' })).length === 1);
			if (end === 'disconnect') child.disconnect();
			else child.kill(end);
			expect(await exitCode).toBe(0);
			expect(await hanging).toBe('ECONNRESET');
			expect(uploads()).toEqual([]);
			rmSync(temporary, { recursive: true });
		},
	);

	test('it can be closed twice', async () => {
		const sandbox = await startSandbox();
		await sandbox.close();
		await sandbox.close();
		await expect(sandbox.state()).rejects.toThrow('ECONNREFUSED');
	});
});
