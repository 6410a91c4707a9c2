/** The sandbox as a command: what it prints, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connectSandbox, startSandbox } from '../../sandbox/client';
import { apiOf, eventually, failureOf, formWith, IMAGES, statusOf, UPLOAD } from './support';

const ROOT = join(__dirname, '..', '..');
const MAIN = join(ROOT, 'sandbox', 'main.ts');

const started = new Set<ChildProcess>();
afterEach(() => {
	for (const child of started) child.kill('SIGKILL');
	started.clear();
});

function run(args: string[], { ipc = false, env = process.env } = {}) {
	const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
		cwd: ROOT,
		env,
		stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
	});
	started.add(child);
	const output = { text: '' };
	child.stdout?.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
	child.stderr?.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
	const ended = once(child, 'exit').then(([code]: unknown[]) => code);
	const origin = async () => {
		await eventually(async () => /listening on .*\/api\n/.test(output.text));
		return /listening on (\S+)\/api/.exec(output.text)?.[1] ?? '';
	};
	return { child, output, ended, origin };
}

describe('options', () => {
	test.each<[string[], RegExp]>([
		[['--port', 'many'], /--port takes a whole number from 0 to 65535, not "many"/],
		[['--port', '70000'], /--port/],
		[['--credits', '-5'], /--credits/],
		[['--job-seconds', 'soon'], /--job-seconds takes a number of seconds/],
		[['--error-style', 'polite'], /--error-style takes http or ok/],
		[['--requests-per-minute', '0'], /--requests-per-minute/],
		[['--public-url', 'nowhere'], /--public-url takes an http or https URL/],
		[['--callback-url', 'nowhere'], /--callback-url takes an http or https URL/],
		[['--key', 'two words'], /--key/],
		[['--speed', '9'], /--speed/],
		[['stray'], /stray/],
	])('%j is refused with what the option takes', async (args, reason) => {
		const { ended, output } = run(args);
		expect(await ended).toBe(1);
		expect(output.text).toMatch(reason);
		expect(output.text).toContain('--help');
		expect(output.text).not.toContain('    at ');
	});

	test('--help lists every option', async () => {
		const { ended, output } = run(['--help']);
		expect(await ended).toBe(0);
		const options = [...output.text.matchAll(/^ +--([a-z-]+) /gm)].map(([, name]) => name);
		expect(options).toEqual([
			...['port', 'host', 'key', 'credits', 'job-seconds', 'error-style', 'requests-per-minute'],
			...['public-url', 'callback-url', 'quiet', 'help'],
		]);
	});

	test('they reach the sandbox', async () => {
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
	test('it says where it listens and what to try', async () => {
		const { origin, output, child, ended } = run(['--port', '0', '--key', 'my-key']);
		expect(await origin()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		await eventually(async () => output.text.includes('A lighthouse'));
		for (const hint of ['my-key', 'curl', '/openapi.json']) expect(output.text).toContain(hint);
		child.kill('SIGTERM');
		await ended;
	});

	test('a port that is taken is named, with what to do', async () => {
		const first = await startSandbox();
		const { port } = new URL(first.origin);
		const { ended, output } = run(['--port', port]);
		expect(await ended).toBe(1);
		expect(output.text).toContain(port);
		expect(output.text).toContain('--port 0');
		await expect(startSandbox({ port: Number(port) })).rejects.toThrow('already in use');
		await first.close();
	});
});

describe('ending', () => {
	test.each(['SIGINT', 'SIGTERM'] as const)(
		'%s ends it cleanly, with a request hanging and files uploaded',
		async (signal) => {
			const temporary = mkdtempSync(join(tmpdir(), 'veo-test-'));
			const { origin, child, ended } = run(['--port', '0'], {
				env: { ...process.env, TMPDIR: temporary },
			});
			const sandbox = connectSandbox(await origin());
			await apiOf(sandbox).post(UPLOAD, formWith(IMAGES['image/png']));
			const uploads = () =>
				readdirSync(temporary).filter((name) => name.startsWith('veo-sandbox-'));
			expect(uploads()).toHaveLength(1);

			await sandbox.fault({ endpoint: 'status', fault: { kind: 'hang' } });
			const hanging = failureOf(apiOf(sandbox).get(statusOf('any')));
			await eventually(async () => (await sandbox.journal({ fault: 'hang' })).length === 1);
			child.kill(signal);
			expect(await ended).toBe(0);
			expect(await hanging).toBe('ECONNRESET');
			expect(uploads()).toEqual([]);
			rmSync(temporary, { recursive: true });
		},
	);

	test('it ends with the process that started it', async () => {
		const { origin, child, ended } = run(['--port', '0'], { ipc: true });
		await origin();
		child.disconnect();
		expect(await ended).toBe(0);
	});

	test('closing it twice is harmless', async () => {
		const sandbox = await startSandbox();
		await sandbox.close();
		await sandbox.close();
		await expect(sandbox.state()).rejects.toThrow('ECONNREFUSED');
	});
});
