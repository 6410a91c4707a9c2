import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/client';
import { tryLock } from '../lib/lock';
import { cacheFolder, hashOf, root } from '../lib/paths';
import { onFreePort } from '../lib/ports';
import { step } from '../lib/progress.cjs';
import { N8nInstance, type InstanceOptions } from '../n8n/instance';
import { N8N_VERSION } from '../n8n/runtime';
import { OWNER } from '../n8n/session';
import { mediaFolder, outputFolder } from './examples';

/** How long the sandbox takes to generate a video. */
const JOB_SECONDS = 8;
const SANDBOX_CREDITS = 100_000;

/** Environment variable that passes the credential to firstVideo.ts. */
export const CREDENTIAL = 'VEO_CREDENTIAL';

/** The credential for the real Veo API if VEO_API_KEY is set, else for a new sandbox. */
export async function veoApi(sandboxPort: number): Promise<Record<string, string>> {
	const { VEO_API_KEY, VEO_BASE_URL } = process.env;
	if (VEO_API_KEY) {
		return { apiKey: VEO_API_KEY, baseUrl: VEO_BASE_URL ?? 'https://veo3o1.com/api' };
	}
	const { key, baseUrl } = await onFreePort(
		{ preferred: sandboxPort, what: 'The sandbox', option: '--sandbox-port' },
		async (port) => {
			const options = { port, jobSeconds: JOB_SECONDS, credits: SANDBOX_CREDITS };
			return await step('Starting the sandbox Veo API', async () => await startSandbox(options));
		},
	);
	return { apiKey: key, baseUrl };
}

/**
 * The directory for n8n's data that all runs of a script share in this checkout.
 * @param reset deletes the data of earlier runs
 * @returns undefined while another run uses it; that means a temporary directory
 */
export async function openUserFolder(script: string, reset: boolean): Promise<string | undefined> {
	const folder = join(cacheFolder(), `${script}-n8n-${N8N_VERSION}-${hashOf(root, 8)}`);
	if (!(await tryLock(`${folder}.lock`))) {
		console.log(`  \`npm run ${script}\` is already running. This run uses temporary n8n data.`);
		return undefined;
	}
	if (reset) await rm(folder, { recursive: true, force: true });
	return folder;
}

/** Starts n8n with access to the examples' files. */
export async function startN8n(preferred: number, options: InstanceOptions): Promise<N8nInstance> {
	await mkdir(outputFolder, { recursive: true });
	const files = [mediaFolder, outputFolder];
	return await onFreePort({ preferred, what: 'n8n', option: '--port' }, async (port) => {
		const begin = async () => await N8nInstance.start({ ...options, port, files });
		return await step(`Starting n8n ${options.n8n.version}`, begin, { usualSeconds: 15 });
	});
}

export function printLogin(n8n: N8nInstance, workflowId: string): void {
	console.log(`
Editor:     ${n8n.url}/workflow/${workflowId}
Login:      ${OWNER.email}
Password:   ${OWNER.password}

Press Ctrl-C to stop.`);
}
