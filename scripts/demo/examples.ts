import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, root } from '../lib/paths';
import { UserError } from '../lib/userError';
import type { N8nSession } from '../n8n/session';
import { exampleNames, readExample, withFields, type Workflow } from '../n8n/workflow';

/** Where the examples write their videos. */
export const outputFolder = join(root, 'output');
export const mediaFolder = join(root, 'examples', 'media');

const MAIN_EXAMPLE = 'image-to-video';

async function localExample(name: string): Promise<Workflow> {
	const workflow = await readExample(name);
	if (name !== MAIN_EXAMPLE) return workflow;
	return withFields(workflow, 'Files', { inputFile: join(mediaFolder, 'photo.jpg'), outputFolder });
}

/**
 * Imports all examples. Changes made in the editor are kept until the example's file changes.
 * @param folder n8n's user folder, where the hashes of the imported files are stored; undefined if
 * it is temporary
 * @param adapt changes a workflow before the import
 * @returns the ID of the example that generates a video file from an image file
 */
export async function importExamples(
	n8n: N8nSession,
	folder: string | undefined,
	adapt = (workflow: Workflow) => workflow,
): Promise<string> {
	let mainId: string | undefined;
	for (const name of await exampleNames()) {
		const workflow = adapt(await localExample(name));
		const stamp = folder && join(folder, `imported-${name}`);
		const hash = hashOf(JSON.stringify(workflow));
		const known = stamp && (await readFile(stamp, 'utf8').catch(() => undefined));
		const isCurrent = known === hash && (await n8n.workflow(workflow.id)) !== undefined;
		const id = isCurrent ? workflow.id : await n8n.importWorkflow(workflow);
		if (stamp) await writeFile(stamp, hash);
		if (name === MAIN_EXAMPLE) mainId = id;
	}
	if (!mainId) throw new UserError(`examples/${MAIN_EXAMPLE}.json is missing.`);
	return mainId;
}
