/**
 * Durable waits where one execution has several of them: branches into one node, loops, and several
 * nodes. n8n keeps the runs that are still to come on a stack, whose entries can share the node; none of
 * their items may pass the node without a video. All scenarios run simultaneously.
 */
import type { Execution } from '../../scripts/n8n/execution';
import type { Workflow } from '../../scripts/n8n/workflow';
import { startServer, type Server } from './support/server';
import { resumesOf } from './support/waiting';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(20 * 60_000);

/** Two waits in a row, each with a poll cycle of 66 s plus up to a minute. */
const TIMEOUT_SECONDS = 700;

type Node = Workflow['nodes'][number];

const node = (name: string, type: string, typeVersion: number, parameters: object): Node => ({
	...{ id: name.toLowerCase().replaceAll(' ', '-'), name, type, typeVersion, position: [0, 0] },
	parameters: { ...parameters },
});
const veo = (name: string, settings: object = {}): Node => ({
	...node(name, 'n8n-nodes-veo.veo', 1, {
		prompt: '={{ $json.prompt }}',
		...{ waitForCompletion: true, waitMode: 'durable', options: { timeout: 300 } },
	}),
	credentials: { veoApi: { id: null, name: 'Veo API' } },
	...settings,
});
const trigger = node('Start', 'n8n-nodes-base.manualTrigger', 1, {});
const prompts = (...texts: string[]) =>
	node('Prompts', 'n8n-nodes-base.code', 2, {
		jsCode: `return ${JSON.stringify(texts)}.map((prompt, index) => ({ json: { prompt, index } }));`,
	});
/** One branch per rule: a word of the prompt begins with the letter. */
const conditionFor = (letter: string) => ({
	options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
	conditions: [
		{
			id: letter,
			leftValue: '={{ $json.prompt }}',
			rightValue: ` ${letter}`,
			operator: { type: 'string', operation: 'contains' },
		},
	],
	combinator: 'and',
});
const to = (...targets: string[]) =>
	targets.map((target) => ({ node: target, type: 'main', index: 0 }));
const workflow = (
	name: string,
	nodes: Node[],
	connections: Record<string, string[][]>,
): Workflow => ({
	...{ id: name, name, nodes: [trigger, ...nodes] },
	connections: Object.fromEntries(
		Object.entries({ Start: [['Prompts']], ...connections }).map(([from, outputs]) => [
			from,
			{ main: outputs.map((targets) => to(...targets)) },
		]),
	),
	settings: { executionOrder: 'v1' },
});

const switchNode = (...texts: string[]) =>
	node('Switch', 'n8n-nodes-base.switch', 3.2, {
		rules: { values: texts.map((text) => ({ conditions: conditionFor(text) })) },
	});

const LETTERS = ['a1', 'b1', 'c1', 'b2', 'c2', 'a2'];

/** The API sends callbacks. The last node uses n8n's item linking to find the prompt of each video. */
const withCallbacks = (name: string, splitter: Node, outputs: 2 | 4): Workflow => {
	const texts = LETTERS.filter((text) => outputs === 4 || !text.startsWith('c'));
	const assignments = [
		{ id: '1', name: 'video', type: 'string', value: '={{ $json.videoUrl && $json.prompt }}' },
		{ id: '2', name: 'source', type: 'string', value: "={{ $('Prompts').item.json.prompt }}" },
	];
	const options = { callbackField: 'callbackUrl' };
	const parameters = { prompt: '={{ $json.prompt }}', waitMode: 'durable', options };
	return workflow(
		name,
		[
			prompts(...texts.map((text) => `${name} ${text}`)),
			...[splitter, veo('Veo', { parameters })],
			node('Result', 'n8n-nodes-base.set', 3.4, { assignments: { assignments } }),
		],
		{
			Prompts: [[splitter.name]],
			[splitter.name]: Array.from({ length: outputs }, () => ['Veo']),
			Veo: [['Result']],
		},
	);
};

const WORKFLOWS: Workflow[] = [
	workflow(
		'if',
		[
			prompts('if a1', 'if b1', 'if a2', 'if b2', 'if a3'),
			node('If', 'n8n-nodes-base.if', 2.2, { conditions: conditionFor('a'), options: {} }),
			veo('Veo'),
		],
		{ Prompts: [['If']], If: [['Veo'], ['Veo']] },
	),
	workflow(
		'switch',
		[
			prompts('switch a1', 'switch b1', 'switch c1', 'switch b2', 'switch c2', 'switch a2'),
			node('Switch', 'n8n-nodes-base.switch', 3.2, {
				rules: { values: ['a1', 'b', 'c'].map((text) => ({ conditions: conditionFor(text) })) },
				options: { fallbackOutput: 'extra' },
			}),
			veo('Veo'),
		],
		{ Prompts: [['Switch']], Switch: [['Veo'], ['Veo'], ['Veo'], ['Veo']] },
	),
	workflow(
		'loop',
		[
			prompts('loop 1', 'loop 2', 'loop 3'),
			node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 2, options: {} }),
			veo('Veo'),
		],
		{ Prompts: [['Loop']], Loop: [[], ['Veo']], Veo: [['Loop']] },
	),
	withCallbacks(
		'callback-if',
		node('If', 'n8n-nodes-base.if', 2.2, { conditions: conditionFor('a'), options: {} }),
		2,
	),
	withCallbacks('callback-switch', switchNode('a', 'b'), 2),
	withCallbacks('callback-switch-4', switchNode('a1', 'a', 'b', 'c'), 4),
	workflow('two-nodes', [prompts('first 1', 'first 2'), veo('Veo'), veo('Second Veo', {})], {
		Prompts: [['Veo', 'Second Veo']],
	}),
	workflow('chain', [prompts('chain 1', 'chain 2'), veo('Veo'), veo('Second Veo')], {
		Prompts: [['Veo']],
		Veo: [['Second Veo']],
	}),
	workflow(
		'continue',
		[
			prompts('continue a1', 'continue b1', 'continue a2 [fail]', 'continue b2 [fail]'),
			node('If', 'n8n-nodes-base.if', 2.2, { conditions: conditionFor('a'), options: {} }),
			veo('Veo', { onError: 'continueErrorOutput' }),
		],
		{ Prompts: [['If']], If: [['Veo'], ['Veo']] },
	),
	workflow(
		'retried',
		[
			prompts('', 'retried b1'),
			veo('Veo', { onError: 'continueRegularOutput', retryOnFail: true, maxTries: 3 }),
		],
		{ Prompts: [['Veo']] },
	),
];

let server: Server;
let executions: Map<string, Execution>;

beforeAll(async () => {
	server = await startServer({ jobSeconds: 3, credits: 1000 });
	const started: Array<[string, string]> = [];
	for (const definition of WORKFLOWS) {
		started.push([
			definition.name,
			await server.n8n.begin(await server.n8n.importWorkflow(definition)),
		]);
	}
	const finished = started.map(
		async ([name, id]): Promise<[string, Execution]> => [
			name,
			await server.n8n.waitUntilFinished(id, TIMEOUT_SECONDS),
		],
	);
	executions = new Map(await Promise.all(finished));
});

afterAll(async () => await server?.end());

/** The prompts with a video at an output of a node, over all of its runs. */
async function promptsOf(name: string, nodeName: string, output = 0): Promise<string[]> {
	const execution = executions.get(name);
	if (execution?.status !== 'success') throw new Error(`${name}: ${execution?.problem}`);
	const runs = execution.runsOf(nodeName);
	return runs
		.flatMap(({ data }) => data?.main?.[output] ?? [])
		.map(({ json: { prompt, videoUrl, details } }) =>
			videoUrl || details ? String(prompt ?? 'failed') : 'no video',
		);
}

const submitted = async (part: string) =>
	(await server.sandbox.state()).jobs
		.map(({ prompt }) => prompt)
		.filter((text) => text.startsWith(part))
		.sort();

it.each([
	['if', 2, ['if a1', 'if a2', 'if a3', 'if b1', 'if b2']],
	['switch', 4, ['switch a1', 'switch a2', 'switch b1', 'switch b2', 'switch c1', 'switch c2']],
	['loop', 2, ['loop 1', 'loop 2', 'loop 3']],
])(
	'%s: every item of the %i runs is submitted once and returned with its video',
	async (name, count, all) => {
		expect(executions.get(name)?.runsOf('Veo')).toHaveLength(count);
		expect(await submitted(`${name} `)).toEqual(all);
		expect((await promptsOf(name, 'Veo')).sort()).toEqual(all);
	},
);

/** The executions in which the runs of a node wait. */
async function waitsOf(name: string): Promise<Execution[]> {
	const all = await server.n8n.readExecutionsOf(name);
	return all.filter(({ id }) => id !== executions.get(name)?.id);
}

it.each([
	['callback-if', 2],
	['callback-switch', 2],
	['callback-switch-4', 4],
])(
	'%s: the callbacks of the API end each of %i waits, and every item gets its video',
	async (name, count) => {
		const texts = LETTERS.filter((text) => count === 4 || !text.startsWith('c'));
		const all = texts.map((text) => `${name} ${text}`).sort();
		expect(await submitted(`${name} `)).toEqual(all);
		expect(executions.get(name)?.runsOf('Veo')).toHaveLength(count);
		expect((await promptsOf(name, 'Veo')).sort()).toEqual(all);
		const results = executions.get(name)?.runsOf('Result') ?? [];
		const pairs = results.flatMap(({ data }) => data?.main?.[0] ?? []).map(({ json }) => json);
		expect(pairs).toHaveLength(all.length);
		for (const { video, source } of pairs) expect(video).toBe(source);

		const waits = await waitsOf(name);
		expect(waits.map(({ status }) => status)).toEqual(Array(count).fill('success'));
		expect(new Set(waits.flatMap(resumesOf))).toEqual(new Set(['callback']));
		const { jobs } = await server.sandbox.state();
		const uuids = jobs.filter(({ prompt }) => all.includes(prompt)).map(({ uuid }) => uuid);
		const checks = (await server.sandbox.journal({ endpoint: 'status' })).map(({ uuid }) => uuid);
		for (const uuid of uuids) {
			expect(checks.filter((checked) => checked === uuid).length).toBeLessThanOrEqual(3);
		}
	},
);

it('Retry On Fail with a first item that failed starts one wait, which returns both items', async () => {
	expect(await waitsOf('retried')).toHaveLength(1);
	expect(await submitted('retried ')).toEqual(['retried b1']);
	const items = executions.get('retried')?.itemsOf('Veo') ?? [];
	expect(items.map(({ json: { error, prompt } }) => error ?? prompt)).toEqual([
		expect.stringContaining("'Prompt' is empty"),
		'retried b1',
	]);
});

it.each(['two-nodes', 'chain'])('%s: both nodes submit and return all items', async (name) => {
	const part = name === 'chain' ? 'chain ' : 'first ';
	const all = [`${part}1`, `${part}2`];
	expect(await submitted(part)).toEqual([...all, ...all].sort());
	expect((await promptsOf(name, 'Veo')).sort()).toEqual(all);
	expect((await promptsOf(name, 'Second Veo')).sort()).toEqual(all);
});

it('two branches with an error output: failed items reach it, the others have a video', async () => {
	expect((await promptsOf('continue', 'Veo')).sort()).toEqual(['continue a1', 'continue b1']);
	expect(await promptsOf('continue', 'Veo', 1)).toHaveLength(2);
});
