import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure';
import { hashOf, root } from '../lib/paths';
import type { N8nSession } from '../n8n/session';
import { exampleNames, readExample, withFields, type Workflow } from '../n8n/workflow';

/** Where the examples that run here put their videos. */
export const outputFolder = join(root, 'output');
export const mediaFolder = join(root, 'examples', 'media');

/** The example that makes a video file from an image file. */
const SHOWN_EXAMPLE = 'image-to-video';

/** An example as it runs here: its file paths are this checkout's. */
async function localExample(name: string): Promise<Workflow> {
	const workflow = await readExample(name);
	if (name !== SHOWN_EXAMPLE) return workflow;
	return withFields(workflow, 'Files', { inputFile: join(mediaFolder, 'photo.jpg'), outputFolder });
}

/**
 * Imports all examples. One that was changed in the editor stays as it is there, as long as its
 * file is the same as at the last import.
 * @param folder n8n's user folder, if it is kept: what was imported is noted there
 * @param adapt last changes before the import
 * @returns the id of the example that makes a video file from an image file
 */
export async function importExamples(
	n8n: N8nSession,
	folder: string | undefined,
	adapt = (workflow: Workflow) => workflow,
): Promise<string> {
	let shown: string | undefined;
	for (const name of await exampleNames()) {
		const workflow = adapt(await localExample(name));
		const stamp = folder && join(folder, `imported-${name}`);
		const hash = hashOf(JSON.stringify(workflow));
		const known = stamp && (await readFile(stamp, 'utf8').catch(() => undefined));
		const isThere = known === hash && (await n8n.workflow(workflow.id)) !== undefined;
		const id = isThere ? workflow.id : await n8n.importWorkflow(workflow);
		if (stamp) await writeFile(stamp, hash);
		if (name === SHOWN_EXAMPLE) shown = id;
	}
	if (!shown) throw new Failure(`examples/${SHOWN_EXAMPLE}.json is missing.`);
	return shown;
}
