/** The search of the nodes panel among all nodes of the tested n8n. test/e2e/editor.test.ts has the panel. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sublimeSearch } from '@n8n/utils/search/sublime-search';
import type { INodeTypeDescription } from 'n8n-workflow';
import { Veo } from '../../nodes/Veo/Veo.node';
import { alias } from '../../nodes/Veo/Veo.node.json';
import { VeoTrigger } from '../../nodes/Veo/VeoTrigger.node';
import { ensureN8n } from '../../scripts/n8n/install';
import { NOT_FIRST, PHRASES } from '../harness/searchPhrases';
import { BuilderTexts } from '../package/support/builderTexts';
import { TASKS } from '../package/support/builderTasks';

// the first run installs n8n
jest.setTimeout(15 * 60_000);

/** The part of a node's description that the search uses. */
interface ListedNode {
	displayName: string;
	hidden?: boolean;
	codex?: { alias?: string[]; categories?: string[]; subcategories?: { AI?: string[] } };
}

/** Without an agent in the workflow, n8n hides the nodes that only an agent can use. */
function isListed({ hidden, codex }: ListedNode): boolean {
	const isAi = codex?.categories?.includes('AI') ?? false;
	return !hidden && (!isAi || (codex?.subcategories?.AI?.includes('Root Nodes') ?? false));
}

let nodes: ListedNode[];
let texts: BuilderTexts;

beforeAll(async () => {
	const { folder } = await ensureN8n();
	const read = async (...path: string[]): Promise<INodeTypeDescription[]> => {
		const file = join(folder, 'node_modules', ...path, 'dist', 'types', 'nodes.json');
		const descriptions: INodeTypeDescription[] = JSON.parse(await readFile(file, 'utf8'));
		return descriptions.map((node) => ({ ...node, name: `${path.join('/')}.${node.name}` }));
	};
	const theirs = [
		...(await read('n8n-nodes-base')),
		...(await read('@n8n', 'n8n-nodes-langchain')),
	];
	nodes = [{ displayName: 'Veo 3.1', codex: { alias } }, ...theirs.filter(isListed)];
	texts = new BuilderTexts([
		...theirs,
		{ ...new Veo().description, name: 'n8n-nodes-veo.veo', codex: { alias } },
		{ ...new VeoTrigger().description, name: 'n8n-nodes-veo.veoTrigger' },
	]);
});

/** The position of Veo 3.1 in the results, starting at 1; 0 if it isn't found. */
function position(phrase: string): number {
	const items = nodes.map((properties) => ({ properties }));
	const names = sublimeSearch(phrase, items).map(({ item }) => item.properties.displayName);
	return names.indexOf('Veo 3.1') + 1;
}

test.each(TASKS)('the AI builder finds it for: $request', ({ queries }) => {
	const found = texts.search(queries);
	expect(found).toContain('- n8n-nodes-veo.veo\n');
	// among the related nodes, if not among the five results
	if (queries.some((query) => query.includes('webhook'))) {
		expect(found).toContain('- n8n-nodes-veo.veoTrigger');
	}
});

test('n8n has hundreds of other nodes', () => {
	expect(nodes.length).toBeGreaterThan(400);
});

test('the phrases find Veo 3.1 first', () => {
	expect(PHRASES.filter((phrase) => position(phrase) !== 1)).toEqual([]);
});

test('the phrases for which n8n prefers other nodes still find it among the first', () => {
	const found = NOT_FIRST.filter(([phrase, last]) => {
		const at = position(phrase);
		return at >= 1 && at <= last;
	});
	expect(found).toEqual(NOT_FIRST);
});
