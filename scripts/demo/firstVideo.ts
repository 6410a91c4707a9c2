// Child process of `npm start`: the built node generates a video in n8n's engine, without its server.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { VeoEngine } from '../../test/harness/veoEngine';
import { step } from '../lib/progress.cjs';
import { messageOf, UserError } from '../lib/userError';
import { mediaFolder, outputFolder } from './examples';
import { CREDENTIAL } from './environment';

const PARAMETERS = {
	operation: 'generate',
	generationType: 'imageToVideo',
	prompt: 'The sun sinks behind the mountains while ripples run across the lake',
	aspectRatio: '16:9',
	downloadVideo: true,
};

const credentialSchema = z.object({ apiKey: z.string(), baseUrl: z.string() });
const outputSchema = z.object({ uuid: z.string(), videoUrl: z.string() });

/** @throws UserError unless a completed video is on disk */
async function generateVideo(engine: VeoEngine): Promise<void> {
	const credential = credentialSchema.parse(JSON.parse(process.env[CREDENTIAL] ?? ''));
	const binary = await engine.binary(await readFile(join(mediaFolder, 'photo.jpg')), {
		fileName: 'photo.jpg',
	});
	const items = [{ json: {}, binary }];
	const result = await engine.run({ parameters: PARAMETERS, credential, items });
	if (result.error) throw new UserError(result.error.message, result.error.description ?? '');
	const { uuid, videoUrl } = outputSchema.parse(result.items[0]?.json);
	const video = await engine.bytesOf(result.items[0]);
	if (video.toString('latin1', 4, 8) !== 'ftyp') throw new UserError(`${videoUrl} isn't an MP4.`);
	const file = join(outputFolder, `${uuid}.mp4`);
	await mkdir(outputFolder, { recursive: true });
	await writeFile(file, video);
	console.log(`\nVideo URL:  ${videoUrl}\nVideo file: ${file} (${video.length} bytes)\n`);
}

async function run(): Promise<void> {
	const load = async () => {
		const { VeoEngine } = await import('../../test/harness/veoEngine'); // takes most of the time
		return await VeoEngine.start();
	};
	const engine = await step("Loading n8n's engine", load, { usualSeconds: 5 });
	process.once('exit', () => engine.close());
	const title = 'Generating a video from examples/media/photo.jpg';
	await step(title, async () => await generateVideo(engine));
}

run().then(
	() => process.exit(0), // n8n's timers would keep the process alive
	(error: unknown) => {
		console.error(messageOf(error));
		process.exit(1);
	},
);
