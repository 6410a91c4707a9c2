import { join } from 'node:path';
import { importExamples } from './demo/examples';
import { CREDENTIAL, openUserFolder, printLogin, startN8n, veoApi } from './demo/environment';
import { main } from './lib/main';
import { flag, parseOptions, port } from './lib/options';
import { build, buildAndPack } from './lib/pack';
import { root } from './lib/paths';
import { start } from './lib/processes';
import { secondsSince, step } from './lib/progress.cjs';
import { messageOf, UserError } from './lib/userError';
import { ensureN8n, installedN8n, type InstalledN8n } from './n8n/install';

const HELP = `Generates a video from an image in n8n's engine, then starts a real n8n with this node installed.

  npm start                            with the sandbox Veo API: no key, no cost
  npm start -- --once                  exits after the video; doesn't download n8n
  VEO_API_KEY=… npm start              with the real Veo API (each run costs credits);
                                       VEO_BASE_URL overrides its URL

  --port <n>          port of n8n (5678)
  --sandbox-port <n>  port of the sandbox (3055)
  --reset             deletes the n8n data of earlier runs
  --help              shows this text
`;

const OPTIONS = {
	once: flag,
	port: port.default(5678),
	'sandbox-port': port.default(3055),
	reset: flag,
};

async function generateFirstVideo(api: Record<string, string>): Promise<void> {
	const args = ['--import', 'tsx', join(root, 'scripts', 'demo', 'firstVideo.ts')];
	const env = { ...process.env, [CREDENTIAL]: JSON.stringify(api) };
	const code = await start(process.execPath, args, { inherit: true, env }).exited;
	if (code !== 0) throw new UserError("The video wasn't generated. The reason is above.");
}

/** Starts n8n and imports the examples. @returns the instance and the ID of the main example */
async function startEditor(
	n8n: InstalledN8n,
	options: { port: number; reset: boolean },
	api: Record<string, string>,
) {
	const [node, userFolder] = await Promise.all([
		buildAndPack(),
		openUserFolder('start', options.reset),
	]);
	const instance = await startN8n(options.port, { n8n, userFolder, node });
	const workflowId = await step('Importing the credential and the examples', async () => {
		await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: api });
		return await importExamples(instance, userFolder);
	});
	return { instance, workflowId };
}

main(async () => {
	const startedMs = Date.now();
	const options = parseOptions(OPTIONS, HELP);
	if (!options) return;
	const steps = options.once ? 1 : 2;
	console.log(`Step 1 of ${steps}: a video from n8n's engine (usually 30 s)`);
	const installed = options.once ? undefined : await installedN8n();
	const download = options.once ? undefined : ensureN8n();
	download?.catch(() => {}); // step 1 doesn't need it
	const [api] = await Promise.all([veoApi(options['sandbox-port']), build()]);
	const video = generateFirstVideo(api);
	// n8n starts beside the video, but not after a download: the first video is then late already
	const beside = installed && startEditor(installed, options, api);
	beside?.catch(() => {});
	await video;
	console.log(`Step 1 took ${secondsSince(startedMs)}.`);
	if (!download) return;

	console.log("Step 2 of 2: n8n's editor (usually 10 to 20 s once n8n is installed)");
	const n8n = await download.catch((error: unknown) => {
		throw new UserError(messageOf(error), 'The editor needs n8n. The video above is complete.');
	});
	const { instance, workflowId } = await (beside ?? startEditor(n8n, options, api));
	console.log(`Both steps took ${secondsSince(startedMs)}.`);
	printLogin(instance, workflowId);
	const code = await instance.server.exited();
	throw new UserError(`n8n exited unexpectedly (code ${code}). Last output:`, instance.log());
});
