import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedNode } from '../../../scripts/lib/pack';
import { ensureN8n } from '../../../scripts/n8n/install';
import { N8nInstance } from '../../../scripts/n8n/instance';
import { MEDIA } from '../../harness/sharedN8n';

/** An n8n for the tests of a file. */
export interface TestedN8n {
	n8n: N8nInstance;
	/** A folder that the file nodes can access, besides examples/media. */
	folder: string;
	/** Ends the use of this n8n. */
	end(): Promise<void>;
}

/** The n8n of this worker, without anything that an earlier test file created. It has default settings. */
export async function borrowN8n(): Promise<TestedN8n> {
	const { folder, ...running } = await sharedN8n();
	const n8n = N8nInstance.connect(running);
	if (!(await n8n.isUp())) await n8n.restart(); // a test that failed can leave it stopped
	await n8n.deleteAll();
	return { n8n, folder, end: async () => {} };
}

/** Another n8n, with additional environment variables. */
export async function startN8n(env: NodeJS.ProcessEnv): Promise<TestedN8n> {
	const folder = await mkdtemp(join(tmpdir(), 'veo-files-'));
	const n8n = await N8nInstance.start({
		...{ n8n: await ensureN8n(), node: await packedNode() },
		...{ files: [MEDIA, folder], env },
	});
	const end = async () => {
		await n8n.stop();
		await rm(folder, { recursive: true });
	};
	return { n8n, folder, end };
}
