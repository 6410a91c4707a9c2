import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

const MAIN = join(__dirname, '..', '..', 'sandbox', 'main.ts');

/** Unlike the modules of a test, those of its environment last as long as jest's worker process. */
let origin: Promise<string> | undefined;

/** Starts a sandbox on a free port. It ends with this process. @returns its origin */
async function startSandbox(): Promise<string> {
	const args = ['--import', 'tsx', MAIN, '--quiet', '--port', '0'];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
	let output = '';
	const found = await new Promise<string>((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			output += chunk.toString();
			const [, address] = /listening on (\S+)\/api/.exec(output) ?? [];
			if (address) resolve(address);
		});
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`The sandbox exited with code ${code}`)));
	});
	child.stdout?.destroy(); // with --quiet, it prints nothing more
	child.unref();
	child.channel?.unref();
	return found;
}

/** Provides one sandbox for all test files of a worker: starting one takes a second of CPU time. */
export default class extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		this.global.sharedSandbox = async () => await (origin ??= startSandbox());
	}
}
