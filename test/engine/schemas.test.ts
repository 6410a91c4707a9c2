/** Compares the output schemas, which n8n shows before a node has run, with real outputs. */
import { join } from 'node:path';
import { loadOutputSchema } from 'n8n-core';
import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';
import { FAST, FILES, useEngine } from '../harness/setup';
import { TriggerNode } from '../harness/trigger';

const setup = useEngine();
const { run } = setup;
const nodeDir = join(__dirname, '..', '..', 'dist', 'nodes', 'Veo');

const types = z.union([z.string(), z.array(z.string())]);
const schemaOf = z.object({ properties: z.record(z.object({ type: types })) });

/** The schema as n8n itself loads it, as [name, allowed types]. The trigger has no operations. */
function schemaFields(resource?: string, operation?: string): Array<[string, string[]]> {
	const loaded = loadOutputSchema({ nodeDir, version: 1, resource, operation });
	const { properties } = schemaOf.parse(loaded);
	return Object.entries(properties).map(([name, { type }]) => [name, [type].flat()]);
}

function typesOf(value: unknown): string[] {
	if (value === null) return ['null'];
	return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

/** Asserts that the item has all fields of the schema, with their types and in the same order. */
function expectToSatisfy(item: INodeExecutionData | undefined, fields: Array<[string, string[]]>) {
	const names = fields.map(([name]) => name);
	expect(names).not.toEqual([]);
	const present = Object.keys(item?.json ?? {});
	expect(present.filter((name) => names.includes(name))).toEqual(names);
	for (const [name, allowed] of fields) {
		const fits = typesOf(item?.json[name]).some((type) => allowed.includes(type));
		expect({ name, value: item?.json[name], fits }).toMatchObject({ fits: true });
	}
}

it('generate, which waits by default', async () => {
	const { items } = await run({ prompt: 'a cat', options: FAST });
	const fields = schemaFields('video', 'generate');
	expect(fields[0]?.[0]).toBe('videoUrl');
	expectToSatisfy(items[0], fields);
});

it.each(['completed', 'pending', 'failed'] as const)('get status of a %s video', async (status) => {
	const videoId = await setup.sandbox.createJob({ status, jobSeconds: 60 });
	const { items } = await run({ operation: 'getStatus', videoId });
	expect(items[0]?.json.status).toBe(status);
	expectToSatisfy(items[0], schemaFields('video', 'getStatus'));
});

it('download', async () => {
	const videoId = await setup.sandbox.createJob({ status: 'completed' });
	const { items } = await run({ operation: 'download', videoId });
	expectToSatisfy(items[0], schemaFields('video', 'download'));
});

it('upload', async () => {
	const binary = await setup.engine.binary(FILES.png);
	const upload = { resource: 'image', operation: 'upload' };
	const { items } = await run(upload, { items: [{ json: {}, binary }] });
	expectToSatisfy(items[0], schemaFields('image', 'upload'));
});

it.each(['completed', 'failed'] as const)('trigger for a %s video', async (status) => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	const trigger = new TriggerNode(setup.engine, { apiKey, baseUrl });
	const uuid = await setup.sandbox.createJob({ status });
	const { items } = await trigger.call({ body: { uuid } });
	expectToSatisfy(items?.[0], schemaFields());
});
