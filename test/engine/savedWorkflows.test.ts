/**
 * Workflows that the editor saved with each released version must run with this one. They must return
 * at least the same fields, of the same types, on the same outputs. The files of a released version
 * are never edited; docs/releasing.md describes how to add those of a new version.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { useEngine } from '../harness/setup';

const FOLDER = join(__dirname, '..', 'fixtures', 'saved-workflows');
/** The recorded outputs of a version's workflows, by file name. */
const SHAPES = 'shapes.json';

/** Parameters whose non-default values require a real n8n server or its agent; test/e2e covers them. */
const SERVER_ONLY = [
	...['waitMode', 'callbackField', 'waitKey', 'parentExecutionId', 'toolDescription'],
];

interface Saved {
	nodes: Array<Pick<INode, 'type' | 'parameters'>>;
	/** The input items, pinned in the editor. */
	pinData: { Input: INodeExecutionData[] };
}

type Shape = Array<Array<Record<string, unknown>>>;

function readSaved(version: string, name: string): Saved {
	return JSON.parse(readFileSync(join(FOLDER, version, name), 'utf8'));
}

function readShapes(version: string): Record<string, Shape> {
	return JSON.parse(readFileSync(join(FOLDER, version, SHAPES), 'utf8'));
}

function fileNamesOf(version: string): string[] {
	return readdirSync(join(FOLDER, version)).filter((file) => file !== SHAPES);
}

function parametersOf({ nodes }: Saved): INode['parameters'] {
	const veo = nodes.find(({ type }) => type === 'n8n-nodes-veo.veo');
	if (!veo) throw new Error('The saved workflow has no Veo node');
	return veo.parameters;
}

/** The outputs with every value replaced by the name of its type. */
function shapeOf(outputs: INodeExecutionData[][]): Shape {
	const typeOf = (value: unknown) => (value === null ? 'null' : typeof value);
	const types = (values: object) =>
		Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeOf(value)]));
	return outputs.map((items) =>
		items.map(({ json, binary = {}, pairedItem }) => ({
			json: types(json),
			pairedItem,
			binary: Object.fromEntries(
				Object.entries(binary).map(([property, { mimeType, fileName = '' }]) => [
					property,
					// the video's ID, which is the default file name, differs in each execution
					{ mimeType, fileName: fileName.replace(/^[0-9a-f-]{36}/, '<uuid>') },
				]),
			),
		})),
	);
}

/** Records the outputs of this version, before its release (docs/releasing.md). */
function saveShape(version: string, name: string, shape: Shape): void {
	const text = JSON.stringify({ ...readShapes(version), [name]: shape }, null, '\t');
	writeFileSync(join(FOLDER, version, SHAPES), `${text}\n`);
}

/** The fields that have no value, or their default, in all given parameters. */
function unsetFields(fields: INodeProperties[], given: object[]): string[] {
	return fields
		.filter(({ type }) => type !== 'collection' && type !== 'notice')
		.filter(({ name, default: defaultValue }) =>
			given.every((values) => [undefined, defaultValue].includes(Reflect.get(values, name))),
		)
		.map(({ name }) => name);
}

const STATUSES = ['completed', 'processing', 'failed'] as const;
const setup = useEngine();

/** Runs a saved workflow's Veo node on its pinned items, after it created their videos. */
async function run(saved: Saved) {
	const items = await Promise.all(
		saved.pinData.Input.map(async (item) => {
			const status = STATUSES.find((name) => name === item.json.status);
			if (!status) return item;
			const uuid = await setup.sandbox.createJob({ status, jobSeconds: 60 });
			return { ...item, json: { ...item.json, uuid } };
		}),
	);
	return await setup.run(parametersOf(saved), { items });
}

describe.each(readdirSync(FOLDER))('workflows saved with %s', (version) => {
	it.each(fileNamesOf(version))('%s runs and returns the recorded output', async (name) => {
		const { outputs, error } = await run(readSaved(version, name));
		expect(error).toBeUndefined();
		const shape = shapeOf(outputs);
		if (process.env.VEO_SAVE_SHAPES === version) saveShape(version, name, shape);
		const recorded = readShapes(version)[name];
		expect(recorded).toBeDefined();
		expect(shape).toMatchObject(recorded ?? []);
	});
});

it('the saved workflows of this version contain a non-default value of each parameter', () => {
	const { version }: { version: string } = JSON.parse(
		readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
	);
	const folder = `v${version}`;
	const saved = fileNamesOf(folder).map((name) => parametersOf(readSaved(folder, name)));
	const options = saved.flatMap(({ options: given }) => (given instanceof Object ? [given] : []));
	const { properties } = setup.engine.description;
	const optionFields = properties
		.filter(({ name }) => name === 'options')
		.flatMap(({ options: members = [] }) => members.filter((member) => 'type' in member));
	const missing = [...unsetFields(properties, saved), ...unsetFields(optionFields, options)];
	expect(missing.filter((name) => !SERVER_ONLY.includes(name))).toEqual([]);
	expect(saved).toContainEqual({ prompt: expect.any(String) });
});
