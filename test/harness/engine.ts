import type {
	ICredentialType,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { additionalData } from './additionalData';
import { credentialsHelper, type CredentialData } from './credentials';
import type { N8n } from './n8n';
import { aNode } from './nodes';

/** The previous node, which provides the items. */
const INPUT = aNode({ name: 'Input', type: 'n8n-nodes-base.noOp' });

export interface ExecutionOptions {
	/** Input items; one empty item by default. */
	items?: INodeExecutionData[];
	/** Run data of the execution to retry, as "Retry execution" provides it. */
	retryOf?: IRunExecutionData;
	/** How the execution was started; default: by the editor's button. */
	mode?: WorkflowExecuteMode;
	/** Replaces parts of what n8n's server passes to the node, such as sub-workflows. */
	additionalData?: Partial<IWorkflowExecuteAdditionalData>;
	/** Called once the execution has started, with a function that cancels it. */
	whenRunning?: (cancel: () => void) => void;
}

export interface ExecutionResult {
	run: IRun;
	/** The node's outputs; empty if it threw. */
	outputs: INodeExecutionData[][];
	/** The items of the first output. */
	items: INodeExecutionData[];
	error: ITaskData['error'];
	/** What the node logged at warning level. */
	warnings: Array<{ message: string; meta?: object }>;
	/** What the node logged at info level. */
	progress: string[];
	/** What the node and n8n logged at debug level. */
	debugLog: string[];
	/** The execution's data, for a retry. */
	executionData: IRunExecutionData;
}

/** Each node of a workflow is of this type. */
export function nodeTypesOf(nodeType: INodeType): INodeTypes {
	return {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
}

/** n8n's real engine, which executes one node at a time. */
export class Engine {
	/** @param n8n - initialized */
	constructor(
		readonly n8n: N8n,
		private readonly credentialTypes: ICredentialType[],
	) {}

	/** Executes the node on its items, with n8n's own error handling and retries. */
	async execute(
		nodeType: INodeType,
		node: INode,
		credentials: CredentialData,
		options: ExecutionOptions = {},
	): Promise<ExecutionResult> {
		const { core, di, backendCommon, workflow: n8n } = this.n8n;
		const workflow = new n8n.Workflow({
			id: 'harness',
			name: 'Harness',
			nodes: [INPUT, node],
			connections: { [INPUT.name]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
			active: false,
			nodeTypes: nodeTypesOf(nodeType),
		});
		const executionData = options.retryOf ?? n8n.createRunExecutionData();
		const stack = executionData.executionData;
		if (!stack) throw new Error('n8n created no execution data');
		const data = { main: [options.items ?? [{ json: {} }]] };
		const source = { main: [{ previousNode: INPUT.name }] };
		stack.nodeExecutionStack = [{ node, data, source }];
		executionData.resultData.runData[INPUT.name] = [
			{ data, source: [], startTime: 0, executionTime: 0, executionIndex: 0 },
		];
		// n8n does the same when it retries an execution (2.41.1, ExecutionService.retry)
		const previous = executionData.resultData.runData[node.name];
		if (previous?.at(-1)?.error !== undefined) previous.pop();
		delete executionData.resultData.error;

		const warnings: ExecutionResult['warnings'] = [];
		const logger = di.Container.get(backendCommon.Logger);
		logger.warn = (message, meta) => void warnings.push({ message, meta });
		const progress: string[] = [];
		logger.info = (message) => void progress.push(message);
		const debugLog: string[] = [];
		logger.debug = (message) => void debugLog.push(message);
		const additional = { ...this.additionalData(credentials), ...options.additionalData };
		const execute = new core.WorkflowExecute(additional, options.mode ?? 'manual', executionData);
		const running = execute.processRunExecutionData(workflow);
		options.whenRunning?.(() => running.cancel());
		const run = await running;
		const task = run.data.resultData.runData[node.name]?.at(-1);
		const outputs = (task?.data?.main ?? []).map((items) => items ?? []);
		return {
			run,
			outputs,
			items: outputs[0] ?? [],
			error: task?.error ?? run.data.resultData.error,
			warnings,
			progress,
			debugLog,
			executionData: run.data,
		};
	}

	additionalData(credentials: CredentialData): IWorkflowExecuteAdditionalData {
		return additionalData(this.n8n, credentialsHelper(this.n8n, this.credentialTypes, credentials));
	}
}
