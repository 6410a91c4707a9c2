import { NodeConnectionTypes, type INode, type IWorkflowBase } from 'n8n-workflow';
import { toSingleLine } from '../api/response';

/** Distance between two nodes on the canvas, of which n8n draws each 96 wide. */
const STEP = 224;

/** A workflow that exists only as code: n8n shows it in the executions list, not in the list of workflows. */
export class InlineWorkflow {
	private readonly nodes: INode[] = [];
	private readonly connections: IWorkflowBase['connections'] = {};

	/** @param id - that of a saved workflow: n8n resumes only executions of one */
	constructor(
		private readonly id: string,
		private readonly name: string,
	) {}

	/** The node that receives the items. */
	addStart(name = 'Start'): INode {
		const parameters = { inputSource: 'passthrough' };
		return this.add({
			name,
			type: 'n8n-nodes-base.executeWorkflowTrigger',
			typeVersion: 1.1,
			parameters,
		});
	}

	/**
	 * @param seconds - a number or an expression
	 * @param hasUrl - whether a request to the execution's URL ends the wait before
	 */
	addWait(seconds: number | string, hasUrl = false): INode {
		const timer = { resume: 'timeInterval', amount: seconds, unit: 'seconds' };
		const webhook = {
			...{ resume: 'webhook', httpMethod: 'POST', responseMode: 'onReceived', options: {} },
			...{ limitWaitTime: true, limitType: 'afterTimeInterval' },
			...{ resumeAmount: seconds, resumeUnit: 'seconds' },
		};
		const node = { name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1 };
		return hasUrl
			? this.add({ ...node, webhookId: 'veo-wait', parameters: webhook })
			: this.add({ ...node, parameters: timer });
	}

	/** Adds a node to the right of the others. */
	add(node: Omit<INode, 'id' | 'position'>): INode {
		const id = `veo-${node.name.toLowerCase().replaceAll(' ', '-')}`;
		const added: INode = { ...node, id, position: [this.nodes.length * STEP, 0] };
		this.nodes.push(added);
		return added;
	}

	/** Adds a note above the nodes, after all of them. @param content - Markdown */
	addNote(content: string): void {
		const height = 200;
		this.nodes.push({
			...{ id: 'veo-note', name: 'Note', type: 'n8n-nodes-base.stickyNote', typeVersion: 1 },
			position: [-STEP / 2, -height - 60],
			parameters: { content, height, width: Math.max(this.nodes.length * STEP, 560) },
		});
	}

	/** @param output - the index of the node's output */
	connect({ name }: INode, to: INode, output = 0): void {
		const main = (this.connections[name]?.main ?? []).slice();
		while (main.length <= output) main.push([]);
		main[output] = [{ node: to.name, type: NodeConnectionTypes.Main, index: 0 }];
		this.connections[name] = { main };
	}

	/** @param saved - whether n8n keeps its execution */
	build(saved = true): IWorkflowBase {
		const { id, name, nodes, connections } = this;
		const now = new Date();
		const saving = saved ? 'all' : 'none';
		return {
			...{ id, name, nodes, connections },
			...{
				active: false,
				isArchived: false,
				activeVersionId: null,
				createdAt: now,
				updatedAt: now,
			},
			settings: {
				executionOrder: 'v1',
				// the parent's own settings may forbid calling it, or disable saving
				callerPolicy: 'workflowsFromSameOwner',
				saveDataErrorExecution: saving,
				saveDataSuccessExecution: saving,
			},
		};
	}
}

/** Why n8n couldn't run a workflow, in its own wording. */
export function reasonOf(thrown: unknown): string {
	return toSingleLine(thrown instanceof Error ? thrown.message : String(thrown));
}
