import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/client';
import { tryLock } from '../lib/lock';
import { cacheFolder, hashOf, root } from '../lib/paths';
import { onFreePort } from '../lib/ports';
import { step } from '../lib/progress.cjs';
import { N8N_VERSION } from '../n8n/runtime';
import { OWNER, type N8nSession } from '../n8n/session';

/** How long a video takes in the sandbox. */
const JOB_SECONDS = 15;
const SANDBOX_CREDITS = 100_000;

/** The Veo API to use: where it is, and a key. */
export async function veoApi(sandboxPort: number): Promise<Record<string, string>> {
	const { VEO_API_KEY, VEO_BASE_URL } = process.env;
	if (VEO_API_KEY) {
		return { apiKey: VEO_API_KEY, baseUrl: VEO_BASE_URL ?? 'https://veo3o1.com/api' };
	}
	const sandbox = await onFreePort(
		{ wanted: sandboxPort, what: 'the sandbox', option: '--sandbox-port' },
		async (port) => {
			const options = { port, jobSeconds: JOB_SECONDS, credits: SANDBOX_CREDITS };
			return await step('Starting the sandbox Veo API', async () => await startSandbox(options));
		},
	);
	return { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
}

/**
 * This checkout's n8n data, kept between runs of a script; undefined (that is, a temporary folder)
 * while another run uses it.
 * @param reset forgets what earlier runs left there
 */
export async function keptUserFolder(script: string, reset: boolean): Promise<string | undefined> {
	const folder = join(cacheFolder(), `${script}-n8n-${N8N_VERSION}-${hashOf(root, 8)}`);
	if (!(await tryLock(`${folder}.lock`))) {
		console.log(
			`  Another \`npm run ${script}\` is running: this one gets an n8n of its own, for this run only.`,
		);
		return undefined;
	}
	if (reset) await rm(folder, { recursive: true, force: true });
	return folder;
}

/** Tells where the editor is, and how to get in. */
export function announceEditor(n8n: N8nSession, workflowId: string): void {
	console.log(`
Editor:     ${n8n.url}/workflow/${workflowId}
Login:      ${OWNER.email}
Password:   ${OWNER.password}

Ctrl-C ends everything.`);
}
