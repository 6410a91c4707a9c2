import { importExamples } from './demo/examples';
import { openUserFolder, printLogin, startN8n, veoApi } from './demo/environment';
import { generateVideo } from './demo/video';
import { main } from './lib/main';
import { flag, parseOptions, port } from './lib/options';
import { buildAndPack } from './lib/pack';
import { secondsSince, step } from './lib/progress.cjs';
import { UserError } from './lib/userError';
import { ensureN8n } from './n8n/install';

const HELP = `Starts a real n8n with this node installed, generates a video from an image, and keeps the editor open.

  npm start                            with the sandbox Veo API: no key, no cost
  npm start -- --once                  exits after the video
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

main(async () => {
	const startedMs = Date.now();
	const options = parseOptions(OPTIONS, HELP);
	if (!options) return;
	const n8n = await ensureN8n();
	const node = await buildAndPack();
	const api = await veoApi(options['sandbox-port']);
	const userFolder = await openUserFolder('start', options.reset);
	const instance = await startN8n(options.port, { n8n, userFolder, node });
	const workflowId = await step('Importing the credential and the examples', async () => {
		await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: api });
		return await importExamples(instance, userFolder);
	});
	await generateVideo(instance, workflowId);
	console.log(`Done in ${secondsSince(startedMs)}.`);
	if (options.once) return;
	printLogin(instance, workflowId);
	const code = await instance.server.exited();
	throw new UserError(`n8n exited unexpectedly (code ${code}). Last output:`, instance.log());
});
