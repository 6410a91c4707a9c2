import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../sandbox/client';
import { Editor } from '../browser/editor';
import { packedNode } from '../../../scripts/lib/pack';
import { root } from '../../../scripts/lib/paths';
import { ensureN8n } from '../../../scripts/n8n/install';
import { N8nInstance } from '../../../scripts/n8n/instance';

/** Directory for screenshots of failed tests. */
const SCREENSHOTS = join(root, '.cache', 'e2e-screenshots');

/** The components that the editor tests require: API, n8n and browser. */
export interface EditorEnvironment {
	sandbox: Sandbox;
	n8n: N8nInstance;
	editor: Editor;
	close(): Promise<void>;
}

/** @param files - folders that the file nodes can access */
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

/** Defines a test that saves a screenshot of the editor if it fails. */
export function testInEditor(
	title: string,
	environment: () => EditorEnvironment,
	work: () => Promise<void>,
): void {
	test(title, async () => {
		try {
			await work();
		} catch (error) {
			const file = join(SCREENSHOTS, `${title.replace(/\W+/g, '-')}.png`);
			await environment().editor.page.screenshot({ path: file });
			console.error(`Screenshot: ${file}`);
			throw error;
		}
	});
}
