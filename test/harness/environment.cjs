/* global module, process, __dirname */
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const MAIN = join(__dirname, '..', '..', 'sandbox', 'main.ts');

/** Unlike the modules of a test, those of its environment last as long as jest's worker process. */
let origin;

/** Starts a sandbox on a free port. It ends with this process. @returns {Promise<string>} its origin */
async function startSandbox() {
	const args = ['--import', 'tsx', MAIN, '--quiet', '--port', '0'];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
	const started = new Promise((resolve, reject) => {
		let output = '';
		child.stdout.on('data', (chunk) => {
			output += chunk;
			const [, found] = /listening on (\S+)\/api/.exec(output) ?? [];
			if (found) resolve(found);
		});
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`The sandbox exited with code ${code}`)));
	});
	try {
		return await started;
	} finally {
		for (const handle of [child, child.channel, child.stdout]) handle.unref();
	}
}

/** Provides one sandbox for all test files of a worker: starting one takes a second of CPU time. */
module.exports = class extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.sharedSandbox = async () => await (origin ??= startSandbox());
	}
};
