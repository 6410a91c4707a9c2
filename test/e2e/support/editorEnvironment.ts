import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../sandbox/client';
import { Editor } from '../../../scripts/browser/editor';
import { packedNode } from '../../../scripts/lib/pack';
import { root } from '../../../scripts/lib/paths';
import { ensureN8n } from '../../../scripts/n8n/install';
import { N8nInstance } from '../../../scripts/n8n/instance';

/** Where a test that fails leaves a picture of what the browser showed. */
const PICTURES = join(root, '.cache', 'e2e-pictures');

/** All that a test of the editor needs: the API, n8n and a browser. */
export interface EditorEnvironment {
	sandbox: Sandbox;
	n8n: N8nInstance;
	editor: Editor;
	close(): Promise<void>;
}

/** @param files - folders that the file nodes may use */
export async function startEditorEnvironment(files: string[] = []): Promise<EditorEnvironment> {
	const sandbox = await startSandbox({ jobSeconds: 1 });
	const n8n = await N8nInstance.start({
		n8n: await ensureN8n(),
		node: await packedNode(),
		files,
	});
	const editor = await Editor.open(n8n);
	return {
		sandbox,
		n8n,
		editor,
		close: async () => {
			await editor.close();
			await n8n.stop();
			await sandbox.close();
		},
	};
}

/** A test that leaves a picture of the editor behind if it fails. */
export function testInEditor(title: string, environment: () => EditorEnvironment, work: () => Promise<void>): void {
	test(title, async () => {
		try {
			await work();
		} catch (error) {
			const file = join(PICTURES, `${title.replace(/\W+/g, '-')}.png`);
			await environment().editor.screenshot(file);
			console.error(`What the browser showed: ${file}`);
			throw error;
		}
	});
}
