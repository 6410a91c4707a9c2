import type { INode } from 'n8n-workflow';

/** A node of a workflow as n8n's editor saves it. */
export function aNode(node: Pick<INode, 'name' | 'type'> & Partial<INode>): INode {
	return { id: node.name, typeVersion: 1, position: [0, 0], parameters: {}, ...node };
}

/** A Veo 3.1 node with its credential. */
export function aVeoNode(changes: Partial<INode> = {}): INode {
	return aNode({
		name: 'Veo 3.1',
		type: 'n8n-nodes-veo.veo',
		credentials: { veoApi: { id: '1', name: 'Veo API' } },
		...changes,
	});
}

/** A Veo 3.1 Trigger node with its credential. */
export function aVeoTriggerNode(changes: Partial<INode> = {}): INode {
	return aVeoNode({ name: 'Veo 3.1 Trigger', type: 'n8n-nodes-veo.veoTrigger', ...changes });
}
