import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedNode } from '../../scripts/lib/pack';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import TestEnvironment from './environment';
import { MEDIA, type SharedN8n } from './sharedN8n';

/** Lasts as long as jest's worker process, like all modules of an environment. */
let started: Promise<SharedN8n> | undefined;

/** Starts an n8n with default settings. It ends with this process. */
async function startN8n(): Promise<SharedN8n> {
	const userFolder = mkdtempSync(join(tmpdir(), 'veo-n8n-'));
	const folder = mkdtempSync(join(tmpdir(), 'veo-files-'));
	const instance = await N8nInstance.start({
		n8n: await ensureN8n(),
		node: await packedNode(),
		userFolder,
		files: [MEDIA, folder],
		env: { N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' }, // required by n8n 1.x
		unref: true,
	});
	process.once('exit', () => {
		const pid = instance.server.supervisorPid;
		if (pid !== undefined && process.platform !== 'win32') process.kill(pid, 'SIGUSR2');
		for (const path of [userFolder, folder]) {
			rmSync(path, { recursive: true, force: true, maxRetries: 5 });
		}
	});
	const { url, cookie, server } = instance;
	return { url, cookie, server, folder };
}

/** Provides one n8n for all test files of a worker: starting one takes 18 s of CPU time. */
export default class extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		this.global.sharedN8n = async () => await (started ??= startN8n());
	}
}
