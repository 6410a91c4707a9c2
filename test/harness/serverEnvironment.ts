import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedNode } from '../../scripts/lib/pack';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { copyMigratedFolder } from '../../scripts/n8n/migratedFolder';
import TestEnvironment from './environment';
import { MEDIA, type SharedN8n } from './sharedN8n';

/** Lasts as long as jest's worker process, like all modules of an environment. */
let started: Promise<SharedN8n> | undefined;

/** Removes folders in a process of its own: jest gives a worker only half a second to exit. */
function removeLater(...folders: string[]): void {
	const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };
	const [paths, settings] = [folders, options].map((value) => JSON.stringify(value));
	const code = `for (const path of ${paths}) require('node:fs').rmSync(path, ${settings})`;
	spawn(process.execPath, ['-e', code], { detached: true, stdio: 'ignore' }).unref();
}

/** Starts an n8n with default settings. It ends with this process, and leaves no files. */
async function startN8n(): Promise<SharedN8n> {
	const userFolder = mkdtempSync(join(tmpdir(), 'veo-n8n-'));
	const folder = mkdtempSync(join(tmpdir(), 'veo-files-'));
	process.once('SIGTERM', () => process.exit(143)); // otherwise, a signal ends it without "exit"
	const n8n = await ensureN8n();
	await copyMigratedFolder(n8n, userFolder);
	const instance = await N8nInstance.start({
		...{ n8n, node: await packedNode(), userFolder },
		files: [MEDIA, folder],
		env: { N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' }, // required by n8n 1.x
		unref: true,
	});
	process.once('exit', () => {
		void instance.server.kill(); // sends the signal before it returns
		removeLater(userFolder, folder);
	});
	const { url, cookie, server } = instance;
	return { url, cookie, server, folder };
}

/** Provides one n8n for all test files of a worker: starting one takes 16 s of CPU time. */
export default class extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		this.global.sharedN8n = async () => await (started ??= startN8n());
	}
}
