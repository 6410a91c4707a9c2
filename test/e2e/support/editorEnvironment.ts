import { join } from 'node:path';
import type { Sandbox } from '../../../sandbox/client';
import { Editor } from '../browser/editor';
import { root } from '../../../scripts/lib/paths';
import type { N8nInstance } from '../../../scripts/n8n/instance';
import { obtainSandbox } from '../../harness/sandbox';
import { borrowN8n } from './n8n';

/** Directory for screenshots of failed tests. */
const SCREENSHOTS = join(root, '.cache', 'e2e-screenshots');

/** The components that the editor tests require: API, n8n and browser. */
export interface EditorEnvironment {
	sandbox: Sandbox;
	n8n: N8nInstance;
	editor: Editor;
	/** A folder that the file nodes can access, besides examples/media. */
	folder: string;
	close(): Promise<void>;
}

export async function startEditorEnvironment(): Promise<EditorEnvironment> {
	const { n8n, folder, end } = await borrowN8n();
	const sandbox = await obtainSandbox({ jobSeconds: 1 });
	await sandbox.reset();
	const editor = await Editor.open(n8n);
	return {
		...{ sandbox, n8n, editor, folder },
		close: async () => {
			await editor.close();
			await end();
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
