/** Where the magic prompts are documented. test/engine/magicPrompts.test.ts runs each in n8n's engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import axios from 'axios';

import { MAGIC_PROMPTS } from '../../sandbox/magicPrompts';
import { useSandbox } from '../harness/sandbox';
import { type Envelope, GENERATE, statusPath, submit, textToVideo } from './support/api';

const setup = useSandbox();
const ROOT = join(__dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

describe('the documentation', () => {
	test('of the sandbox lists each magic prompt with its effect', () => {
		const rows = [...read('sandbox', 'README.md').matchAll(/^\| `(\[[^|]+\])` +\| (.+?) *\|$/gm)];
		expect(rows.map(([, word, effect]) => [word, effect])).toEqual(
			MAGIC_PROMPTS.map(({ word, effect }) => [word, effect]),
		);
	});

	test('of the errors names only prompts that exist', () => {
		const named = [...read('docs', 'errors.md').matchAll(/`(\[[a-z0-9 ]+\])`/g)];
		const words: string[] = MAGIC_PROMPTS.map(({ word }) => word);
		expect(named.length).toBeGreaterThan(10);
		expect(named.map(([, word]) => word).filter((word) => !words.includes(word ?? ''))).toEqual([]);
	});

	test('of the status page is the same', async () => {
		const url = `${setup.sandbox.origin}/__sandbox/magic-prompts`;
		const { data } = await axios.get<unknown>(url, { proxy: false });
		expect(data).toEqual({
			prompts: MAGIC_PROMPTS.map(({ word, effect }) => ({ word, effect })),
		});
	});
});

const codeOf = async (prompt: string) =>
	(await setup.api.post<Envelope>(GENERATE, textToVideo({ prompt }))).data.code;

test('upper and lower case are equal', async () => {
	expect(await codeOf('A cat [UNKNOWN STATUS] [5000]')).toBe(5000);
});

test('a prompt that affects the first request affects it again in the next execution', async () => {
	const codes: number[] = [];
	for (let count = 0; count < 4; count += 1) codes.push(await codeOf('A cat [5000 once]'));
	expect(codes).toEqual([5000, 0, 5000, 0]);
});

test('the requests of two videos are counted separately', async () => {
	const prompt = 'A cat [status 5000 once]';
	for (let count = 0; count < 2; count += 1) {
		const uuid = await submit(setup.api, { prompt });
		const codes = [];
		for (let poll = 0; poll < 3; poll += 1) {
			codes.push((await setup.api.get<Envelope>(statusPath(uuid))).data.code);
		}
		expect(codes).toEqual([5000, 0, 0]);
	}
});

test('several prompts can be combined', async () => {
	await setup.sandbox.settings({ jobSeconds: 1000 });
	const uuid = await submit(setup.api, { prompt: '[instant] [content filter]' });
	expect((await setup.api.get<Envelope>(statusPath(uuid))).data.data).toMatchObject({
		status: 'failed',
		errorMessage: 'the prompt was blocked by the content filter',
	});
});

test('an injected fault takes precedence', async () => {
	await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'error', code: 1001 } });
	expect(await codeOf('A cat [5000]')).toBe(1001);
});
