/**
 * Whether a model that builds workflows in n8n (AI builder, MCP server) is told what it needs: for each
 * task, the node is found, and the texts that n8n gives to the model are enough to write the solution.
 */
import { rmSync } from 'node:fs';
import { parseWorkflowCode, validateWorkflow } from '@n8n/workflow-sdk';
import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';
import { table } from 'table';
import { aNode } from '../harness/nodes';
import { loadN8n } from '../harness/n8n';
import { BuilderTexts, missingFor, sectionOf } from './support/builderTexts';
import { PRELUDE, TASKS, type BuilderTask } from './support/builderTasks';
import { PackedNode } from './support/packed';

const { core, userFolder } = loadN8n(require);
const PREFIX = 'n8n-nodes-veo.';

let packed: PackedNode;
let texts: BuilderTexts;
const descriptions = new Map<string, INodeTypeDescription>();

beforeAll(async () => {
	packed = await PackedNode.make();
	const loader = new core.PackageDirectoryLoader(packed.path);
	await loader.loadAll();
	for (const [name, { type }] of Object.entries(loader.nodeTypes)) {
		if ('nodeVersions' in type) throw new Error(`${name} has several versions`);
		descriptions.set(`${PREFIX}${name}`, { ...type.description, name: `${PREFIX}${name}` });
	}
	texts = new BuilderTexts([...descriptions.values()]);
}, 120_000);

afterAll(async () => {
	await packed?.remove();
	rmSync(userFolder, { recursive: true, force: true });
});

/** n8n derives the tool of a node from it, with this suffix (2.41.1). */
const nodeTypeOf = (type: string) => type.replace(/Tool$/, '');

interface OwnNode {
	name: string;
	type: string;
	parameters: INodeParameters;
}

/** The nodes of this package in the solution of a task, as n8n would import them. */
function ownNodes({ solution }: BuilderTask): OwnNode[] {
	const { nodes }: { nodes: OwnNode[] } = JSON.parse(
		JSON.stringify(parseWorkflowCode(PRELUDE + solution)),
	);
	return nodes.filter(({ type }) => type.startsWith(PREFIX));
}

function definitionsOf(task: BuilderTask): Map<string, string> {
	const types = new Set(ownNodes(task).map(({ type }) => nodeTypeOf(type)));
	return new Map([...types].map((type) => [type, texts.typeDefinition(type)]));
}

/** Everything that n8n tells the model about the nodes of this package for the task. */
function toldTo(task: BuilderTask, source = texts): string {
	const types = new Set(ownNodes(task).map(({ type }) => nodeTypeOf(type)));
	const definitions = [...types].map((type) => source.typeDefinition(type));
	return [source.search(task.queries), ...definitions].join('\n');
}

/** The parameters and values of the solution that no text contains. */
function missing(task: BuilderTask): string[] {
	const definitions = definitionsOf(task);
	return ownNodes(task).flatMap(({ name, type, parameters }) => {
		const { resource, operation, ...others } = parameters;
		const definition = definitions.get(nodeTypeOf(type)) ?? '';
		const section = sectionOf(definition, resource, operation);
		return Object.entries(others)
			.map(([key, value]) => missingFor(section, key, value))
			.flatMap((lacking) => (lacking === undefined ? [] : [`${name}: ${lacking}`]));
	});
}

/** What n8n's editor would mark in the nodes of the solution. */
function issues(task: BuilderTask): string[] {
	return ownNodes(task).flatMap(({ name, type, parameters }) => {
		const description = descriptions.get(nodeTypeOf(type));
		if (!description) return [`${type} doesn't exist`];
		const node = aNode({ name, type, parameters });
		const found = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
		return Object.values(found?.parameters ?? {}).flat();
	});
}

describe.each(TASKS)('$request', (task) => {
	it('the search finds the node', () => {
		const found = texts.search(task.queries);
		for (const { type } of ownNodes(task)) expect(found).toContain(`- ${nodeTypeOf(type)}`);
	});

	it.each(task.told)('the model is told %s', (fact) => {
		expect(toldTo(task)).toMatch(fact);
	});

	it('the types contain each parameter and value of the solution', () => {
		expect(ownNodes(task).length).toBeGreaterThan(0);
		expect(missing(task)).toEqual([]);
	});

	it("n8n's SDK and editor accept the solution", () => {
		const { errors, warnings } = validateWorkflow(parseWorkflowCode(PRELUDE + task.solution));
		expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
		expect(issues(task)).toEqual([]);
	});
});

it('without the hints, the model is told too little for every task', () => {
	const bare = [...descriptions.values()].map((description): INodeTypeDescription => {
		const copy: INodeTypeDescription = JSON.parse(
			JSON.stringify(description, (key: string, value: unknown) =>
				key === 'builderHint' ? undefined : value,
			),
		);
		return copy;
	});
	const source = new BuilderTexts(bare);
	const solved = TASKS.filter((task) => {
		const text = toldTo(task, source);
		return task.told.every((fact) => fact.test(text));
	});
	expect(solved).toEqual([]);
});

it('the patterns in the hints are correct', () => {
	const patterns = [...descriptions.values()]
		.flatMap(({ builderHint }) => builderHint?.extraTypeDefContent ?? [])
		.flatMap(({ content }) => [...content.matchAll(/<pattern title="[^"]*">([^]*?)<\/pattern>/g)])
		.map(([, code = '']) => code);
	expect(patterns.length).toBeGreaterThan(2);
	for (const code of patterns) {
		const isWorkflow = code.includes('export default');
		const solution = isWorkflow
			? code
			: `const veo = node({ type: '${PREFIX}veo', version: 1, config: { name: 'Veo', ${code} } });
			export default workflow('id', 'name').add(startTrigger).to(veo);`;
		const task = { request: '', queries: [], told: [], solution };
		const { errors, warnings } = validateWorkflow(parseWorkflowCode(PRELUDE + solution));
		expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
		expect([...missing(task), ...issues(task)]).toEqual([]);
	}
});

afterAll(() => {
	const rows = TASKS.map((task) => {
		const text = toldTo(task);
		const parameters = ownNodes(task).flatMap((node) => Object.keys(node.parameters));
		const told = task.told.filter((fact) => fact.test(text));
		return [
			task.request,
			task.queries.join('; '),
			ownNodes(task).every(({ type }) =>
				texts.search(task.queries).includes(`- ${nodeTypeOf(type)}`),
			)
				? 'yes'
				: 'no',
			`${told.length} of ${task.told.length}`,
			`${parameters.length - missing(task).length} of ${parameters.length}`,
			issues(task).length === 0 ? 'valid' : issues(task).join(),
		];
	});
	const header = ['Task', 'Searches', 'Found', 'Facts told', 'Parameters', 'Solution'];
	console.log(table([header, ...rows], { columns: { 0: { width: 40, wrapWord: true } } }));
});
