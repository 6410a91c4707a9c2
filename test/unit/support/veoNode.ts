import type { INode } from 'n8n-workflow';

/** A node of a saved workflow, as n8n provides it, with the given properties replaced. */
export function createNode(overrides: Partial<INode> = {}): INode {
	return {
		id: '1',
		name: 'Veo 3.1',
		type: 'n8n-nodes-veo.veo',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...overrides,
	};
}

/** The value of a parameter by its path, such as options.timeout, as n8n returns it. */
export function getParameter(parameters: object, path: string, fallback: unknown): unknown {
	const value = path
		.split('.')
		.reduce<unknown>(
			(parent, key) =>
				typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined,
			parameters,
		);
	return value === undefined ? fallback : value;
}
