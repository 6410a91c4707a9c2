import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { importExamples, mediaFolder, outputFolder } from './demo/examples';
import { announceEditor, keptUserFolder, veoApi } from './demo/surroundings';
import { makeVideo } from './demo/video';
import { Failure, messageOf } from './lib/failure';
import { main } from './lib/main';
import { build, pack } from './lib/pack';
import { onFreePort, portNumber } from './lib/ports';
import { secondsSince, step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';
import { N8nInstance } from './n8n/instance';

const HELP = `Starts a real n8n with this node installed, makes a video from an image, leaves the editor open.

  npm start                            with the sandbox Veo API: no key, no cost
  npm start -- --once                  ends after the video
  VEO_API_KEY=… npm start              with the real Veo API (each run costs credits);
                                       VEO_BASE_URL for another address of it

  --port <n>          of n8n (5678)
  --sandbox-port <n>  of the sandbox (3055)
  --reset             forgets what earlier runs left in this n8n
  --help              this text
`;

function options() {
	try {
		const { values } = parseArgs({
			options: {
				once: { type: 'boolean', default: false },
				port: { type: 'string', default: '5678' },
				'sandbox-port': { type: 'string', default: '3055' },
				reset: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		});
		return values;
	} catch (error) {
		throw new Failure(messageOf(error), HELP);
	}
}

main(async () => {
	const startedMs = Date.now();
	const { once, port, 'sandbox-port': sandboxPort, reset, help } = options();
	if (help) {
		console.log(HELP);
		return;
	}
	const wantedPort = portNumber(port, '--port');
	const wantedSandboxPort = portNumber(sandboxPort, '--sandbox-port');
	const n8n = await ensureN8n();
	await step('Building the node', build);
	const node = await step('Packing the node', pack);
	const api = await veoApi(wantedSandboxPort);
	await mkdir(outputFolder, { recursive: true });
	const userFolder = await keptUserFolder('start', reset);
	const files = [mediaFolder, outputFolder];
	const instance = await onFreePort(
		{ wanted: wantedPort, what: 'n8n', option: '--port' },
		async (n8nPort) =>
			await step(`Starting n8n ${n8n.version}`, async () => {
				return await N8nInstance.start({ n8n, userFolder, port: n8nPort, node, files });
			}),
	);
	const workflowId = await step('Importing the credential and the examples', async () => {
		await instance.importCredential({ name: 'Veo API', type: 'veoApi', data: api });
		return await importExamples(instance, userFolder);
	});
	await makeVideo(instance, workflowId);
	console.log(`Done in ${secondsSince(startedMs)}.`);
	if (once) return;
	announceEditor(instance, workflowId);
	const code = await instance.ended();
	throw new Failure(`n8n ended by itself (code ${code}). Its last lines:`, instance.log());
});
