import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../lib/paths';
import { UserError } from '../lib/userError';

const nodeSchema = z
	.object({
		name: z.string(),
		type: z.string(),
		parameters: z.record(z.unknown()),
		credentials: z.record(z.object({ id: z.string().nullish(), name: z.string() })).optional(),
	})
	.passthrough();

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

/** Reads a workflow from examples/. @param name e.g. "text-to-video" */
export async function readExample(name: string): Promise<Workflow> {
	return await readWorkflow(join(root, 'examples', `${name}.json`));
}

export async function exampleNames(): Promise<string[]> {
	const files = await readdir(join(root, 'examples'));
	return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
}

/** Finds a node by name. @throws UserError if it doesn't exist */
export function nodeOf(workflow: Workflow, name: string): Workflow['nodes'][number] {
	const node = workflow.nodes.find((candidate) => candidate.name === name);
	if (!node) throw new UserError(`Workflow "${workflow.name}" has no node "${name}".`);
	return node;
}

/**
 * Returns a copy of the workflow with other credentials.
 * @param idOf returns the new ID for a credential's type and name; undefined keeps the ID
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

export function fieldsOf(workflow: Workflow, nodeName: string) {
	return assignmentsSchema.parse(nodeOf(workflow, nodeName).parameters).assignments.assignments;
}

/** Returns a copy of the workflow with other values in an Edit Fields node. */
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
		if (!field) throw new UserError(`Node "${nodeName}" has no field "${name}".`);
		field.value = value;
	}
	node.parameters = { ...node.parameters, assignments: { assignments } };
	return copy;
}
