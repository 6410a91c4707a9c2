import { readFile } from 'node:fs/promises';
import { step } from '../lib/progress.cjs';
import { UserError } from '../lib/userError';
import type { N8nInstance } from '../n8n/instance';

/** @returns the file's size in bytes @throws UserError if it isn't an MP4 file */
async function checkMp4(path: string): Promise<number> {
	const content = await readFile(path).catch(() => Buffer.of());
	if (content.length === 0) throw new UserError(`The video file ${path} wasn't written.`);
	if (content.toString('latin1', 4, 8) === 'ftyp') return content.length;
	throw new UserError(`${path} isn't an MP4 file.`);
}

/** Runs the example and prints its result. @throws UserError unless a completed video is on disk */
export async function generateVideo(n8n: N8nInstance, workflowId: string): Promise<void> {
	const execution = await step(
		'Generating a video from examples/media/photo.jpg',
		async () => await n8n.run(workflowId),
	);
	const { id, problem, status } = execution;
	if (status !== 'success') {
		const hint = `Open ${n8n.url}/workflow/${workflowId}/executions/${id}`;
		throw new UserError(`The example finished with status ${status} (${problem}).`, hint);
	}
	const { json = {} } = execution.itemsOf('Save Video')[0] ?? {};
	const { videoUrl, fileName } = json;
	if (json.status !== 'completed' || typeof videoUrl !== 'string' || typeof fileName !== 'string') {
		throw new UserError(`The example returned no completed video: ${JSON.stringify(json)}`);
	}
	const size = await checkMp4(fileName);
	console.log(`\nVideo URL:  ${videoUrl}\nVideo file: ${fileName} (${size} bytes)`);
}
