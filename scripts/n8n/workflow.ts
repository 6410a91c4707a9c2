import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../lib/failure';
import { root } from '../lib/paths';

const nodeSchema = z
	.object({
		name: z.string(),
		type: z.string(),
		parameters: z.record(z.unknown()),
		/** By type. */
		credentials: z.record(z.object({ id: z.string().nullish(), name: z.string() })).optional(),
	})
	.passthrough();

/** A workflow as the editor exports it. */
export const workflowSchema = z.object({
	id: z.string(),
	name: z.string(),
	nodes: z.array(nodeSchema),
	connections: z.record(z.unknown()),
	settings: z.record(z.unknown()).nullish(),
});

export type Workflow = z.output<typeof workflowSchema>;

const assignmentsSchema = z.object({
	assignments: z.object({
		assignments: z.array(z.object({ name: z.string(), value: z.unknown() }).passthrough()),
	}),
});

export async function readWorkflow(file: string): Promise<Workflow> {
	return workflowSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** One of examples/, e.g. "text-to-video". */
export async function readExample(name: string): Promise<Workflow> {
	return await readWorkflow(join(root, 'examples', `${name}.json`));
}

/** The names of all examples. */
export async function exampleNames(): Promise<string[]> {
	const files = await readdir(join(root, 'examples'));
	return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
}

/** The node of that name. @throws Failure if the workflow has none */
export function nodeOf(workflow: Workflow, name: string): Workflow['nodes'][number] {
	const node = workflow.nodes.find((candidate) => candidate.name === name);
	if (!node) throw new Failure(`Workflow "${workflow.name}" has no node "${name}".`);
	return node;
}

/**
 * A copy of the workflow whose nodes use other credentials.
 * @param idOf id to use instead, by the type and name that a node asks for; undefined: as it is
 */
export function withCredentials(
	workflow: Workflow,
	idOf: (type: string, name: string) => string | undefined,
): Workflow {
	const copy = structuredClone(workflow);
	for (const { credentials = {} } of copy.nodes) {
		for (const [type, credential] of Object.entries(credentials)) {
			credential.id = idOf(type, credential.name) ?? credential.id;
		}
	}
	return copy;
}

/** What an Edit Fields node sets. */
export function fieldsOf(workflow: Workflow, nodeName: string) {
	return assignmentsSchema.parse(nodeOf(workflow, nodeName).parameters).assignments.assignments;
}

/** A copy of the workflow in which an Edit Fields node sets these values instead of its own. */
export function withFields(
	workflow: Workflow,
	nodeName: string,
	values: Record<string, string>,
): Workflow {
	const copy = structuredClone(workflow);
	const node = nodeOf(copy, nodeName);
	const assignments = fieldsOf(copy, nodeName);
	for (const [name, value] of Object.entries(values)) {
		const field = assignments.find((assignment) => assignment.name === name);
		if (!field) throw new Failure(`Node "${nodeName}" sets no field "${name}".`);
		field.value = value;
	}
	node.parameters = { ...node.parameters, assignments: { assignments } };
	return copy;
}
