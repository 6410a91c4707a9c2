import { open, stat } from 'node:fs/promises';
import { Failure } from '../lib/failure';
import { step } from '../lib/progress.cjs';
import type { N8nInstance } from '../n8n/instance';

/** @returns the size in bytes @throws Failure if the file is no MP4 (its second word is "ftyp") */
async function checkMp4(path: string): Promise<number> {
	const { size } = await stat(path).catch(() => ({ size: 0 }));
	if (size === 0) throw new Failure(`The video file ${path} was not written.`);
	const file = await open(path);
	try {
		const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
		if (buffer.toString('latin1', 4, 8) === 'ftyp') return size;
		throw new Failure(`${path} was written, but is no MP4 file.`);
	} finally {
		await file.close();
	}
}

/** Runs the example and prints what it made. @throws Failure unless it is a completed video on disk */
export async function makeVideo(n8n: N8nInstance, workflowId: string): Promise<void> {
	const execution = await step(
		'Making a video from examples/media/photo.jpg',
		async () => await n8n.run(workflowId),
	);
	if (execution.status !== 'success') {
		const remedy = `It can be looked at in ${n8n.url}/workflow/${workflowId}/executions/${execution.id}`;
		throw new Failure(
			`The example ended with status ${execution.status} (${execution.problem})`,
			remedy,
		);
	}
	const [item] = execution.itemsOf('Save Video');
	const { status, videoUrl, fileName } = item?.json ?? {};
	if (status !== 'completed' || typeof videoUrl !== 'string' || typeof fileName !== 'string') {
		throw new Failure(`The example gave no completed video: ${JSON.stringify(item?.json)}`);
	}
	const size = await checkMp4(fileName);
	console.log(`\nVideo URL:  ${videoUrl}\nVideo file: ${fileName} (${size} bytes)`);
}
