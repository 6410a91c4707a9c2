/** The search of the nodes panel, with n8n's own ranking. test/e2e/search.test.ts has all nodes. */
import { sublimeSearch } from '@n8n/utils/search/sublime-search';
import { alias } from '../../../nodes/Veo/Veo.node.json';
import { NOT_FIRST, PHRASES } from '../../harness/searchPhrases';

/** The nodes of n8n 2.41.1 that match the phrases best. Their popularity adds at most 100. */
const RIVALS: ReadonlyArray<[displayName: string, alias: string[]]> = [
	['Google Gemini', ['LangChain', 'video', 'document', 'audio', 'transcribe', 'assistant']],
	['MiniMax', ['minimax', 'hailuo', 'LangChain', 'video', 'image', 'tts', 'speech']],
	['Qwen Cloud', ['qwen', 'happyhorse', 'wan', 'alibaba', 'model studio', 'video', 'image']],
	['Google Vertex Chat Model', []],
	['ClickUp', []],
	['ClickUp Trigger', []],
	['FileMaker', []],
	['Read/Write Files from Disk', ['Binary', 'File', 'Text', 'Open', 'Import', 'Save', 'Disk']],
	['Remove Duplicates', ['Dedupe', 'Deduplicate', 'Duplicates', 'Remove', 'Unique', 'Transform']],
	['Embeddings Nvidia', []],
];

const NODES = [['Veo 3.1', alias] as const, ...RIVALS].map(([displayName, aliases]) => ({
	properties: { displayName, codex: { alias: [...aliases] } },
}));

/** Names of the nodes that match, best match first. */
const search = (phrase: string): string[] =>
	sublimeSearch(phrase, NODES).map(({ item }) => item.properties.displayName);

test('there are more than thirty phrases, each once', () => {
	expect(new Set(PHRASES).size).toBe(PHRASES.length);
	expect(PHRASES.length).toBeGreaterThan(30);
});

test.each(PHRASES)('%s finds Veo 3.1 first', (phrase) => {
	expect(search(phrase)[0]).toBe('Veo 3.1');
});

test.each(NOT_FIRST)('%s finds Veo 3.1 among the first %d', (phrase, position) => {
	expect(search(phrase).slice(0, position)).toContain('Veo 3.1');
});
