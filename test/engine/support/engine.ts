import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// n8n reads its settings when its modules load, so they are set before that
const userFolder = mkdtempSync(join(tmpdir(), 'veo-engine-'));
Object.assign(process.env, {
	N8N_USER_FOLDER: userFolder,
	N8N_ENCRYPTION_KEY: 'engine-tests',
	N8N_DEFAULT_BINARY_DATA_MODE: process.env.N8N_DEFAULT_BINARY_DATA_MODE ?? 'filesystem',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_LOG_LEVEL: 'silent',
});

import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import {
	BinaryDataService,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	InstanceSettings,
	PackageDirectoryLoader,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type ITaskData,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { TestCredentials, type VeoCredential } from './credentials';

const ROOT = join(__dirname, '..', '..', '..');

/** Stands before the node under test and is said to have given its items. */
const INPUT: INode = {
	id: 'input-node',
	name: 'Input',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** What one run of the node under test is made of; all but the parameters has a default. */
export interface NodeRunOptions {
	parameters: INode['parameters'];
	/** Input items; one empty item by default. */
	items?: INodeExecutionData[];
	credential: VeoCredential;
	/** Settings of the node beside its parameters, such as onError or retryOnFail. */
	settings?: Partial<
		Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries' | 'continueOnFail'>
	>;
	/** Run data of an earlier try of the same execution, as "Retry execution" would bring it. */
	retryOf?: IRunExecutionData;
	/** In place of what n8n's server would give the node, such as sub-workflows. */
	additionalData?: Partial<IWorkflowExecuteAdditionalData>;
	/** Called once the run is under way, with a function that cancels it as Stop does. */
	whenRunning?: (cancel: () => void) => void;
}

export interface NodeRunResult {
	run: IRun;
	/** The node's outputs; [] where it threw. */
	outputs: INodeExecutionData[][];
	/** The items of the first output. */
	items: INodeExecutionData[];
	error: ITaskData['error'];
	/** What the node logged at warning level. */
	warnings: Array<{ message: string; meta?: object }>;
	/** The execution's data, for a retry. */
	executionData: IRunExecutionData;
}

/** The real engine of n8n with this package's built node in it. */
export class Engine {
	private constructor(
		private readonly nodeType: INodeType,
		private readonly credentials: PackageDirectoryLoader['credentialTypes'],
		/** The trigger, for trigger.ts to call. */
		readonly triggerType: INodeType,
	) {}

	static async start(packageFolder = ROOT): Promise<Engine> {
		Container.get(InstanceSettings);
		await Container.get(BinaryDataService).init();
		const loader = new PackageDirectoryLoader(packageFolder);
		await loader.loadAll();
		const [veo, trigger] = [loader.nodeTypes.veo?.type, loader.nodeTypes.veoTrigger?.type];
		if (!veo || !('execute' in veo)) throw new Error('The built package has no node veo');
		if (!trigger || !('webhook' in trigger)) throw new Error('It has no node veoTrigger');
		return new Engine(veo, loader.credentialTypes, trigger);
	}

	get description(): INodeType['description'] {
		return this.nodeType.description;
	}

	/** Runs the node once, alone, on the given items. */
	async run(options: NodeRunOptions): Promise<NodeRunResult> {
		const node: INode = {
			id: 'veo-node',
			name: 'Veo 3.1',
			type: 'n8n-nodes-veo.veo',
			typeVersion: 1,
			position: [0, 0],
			parameters: options.parameters,
			credentials: { veoApi: { id: '1', name: 'Veo API' } },
			...options.settings,
		};
		const workflow = new Workflow({
			id: 'engine-test',
			name: 'Engine test',
			nodes: [INPUT, node],
			connections: { [INPUT.name]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
			active: false,
			nodeTypes: this.nodeTypes(),
		});
		const executionData = options.retryOf ?? createRunExecutionData();
		const stack = executionData.executionData;
		if (!stack) throw new Error('n8n gave no execution data');
		const data = { main: [options.items ?? [{ json: {} }]] };
		const source = { main: [{ previousNode: INPUT.name }] };
		stack.nodeExecutionStack = [{ node, data, source }];
		executionData.resultData.runData[INPUT.name] = [
			{ data, source: [], startTime: 0, executionTime: 0, executionIndex: 0 },
		];
		// what n8n does when an execution is retried (2.41.1, ExecutionService.retry)
		const earlier = executionData.resultData.runData[node.name];
		if (earlier?.at(-1)?.error !== undefined) earlier.pop();
		delete executionData.resultData.error;

		const warnings: NodeRunResult['warnings'] = [];
		const logger = Container.get(Logger);
		logger.warn = (message, meta) => void warnings.push({ message, meta });
		const execute = new WorkflowExecute(this.additionalData(options), 'manual', executionData);
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
			executionData: run.data,
		};
	}

	/** Puts a file where n8n would have put it: into its store, or into memory. */
	async binary(
		content: Buffer,
		{ fileName = 'image.jpg', mimeType = 'image/jpeg' } = {},
	): Promise<INodeExecutionData['binary']> {
		const data = await Container.get(BinaryDataService).store(
			{ type: 'execution', workflowId: 'engine-test', executionId: '1' },
			content,
			{ data: '', mimeType, fileName },
		);
		return { data };
	}

	/** The bytes of a binary that a node handed on. */
	async bytesOf(item: INodeExecutionData | undefined, property = 'data'): Promise<Buffer> {
		const binary = item?.binary?.[property];
		if (!binary) throw new Error(`The item has no binary '${property}'`);
		return await Container.get(BinaryDataService).getAsBuffer(binary);
	}

	private nodeTypes(): INodeTypes {
		return {
			getByName: () => this.nodeType,
			getByNameAndVersion: () => this.nodeType,
			getKnownTypes: () => ({}),
		};
	}

	additionalData({
		credential,
		additionalData,
	}: Pick<NodeRunOptions, 'credential' | 'additionalData'>): IWorkflowExecuteAdditionalData {
		const url = 'http://127.0.0.1:1';
		const unexpected = async (): Promise<never> => {
			throw new Error('The node is not expected to use this');
		};
		const workflowData = {
			id: 'engine-test',
			name: 'Engine test',
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
			nodes: [],
			connections: {},
		};
		return {
			credentialsHelper: new TestCredentials(this.credentials, credential),
			hooks: new ExecutionLifecycleHooks('manual', '1', workflowData),
			externalSecretsProxy: Container.get(ExternalSecretsProxy),
			executionId: '1',
			currentNodeExecutionIndex: 0,
			variables: {},
			restApiUrl: url,
			instanceBaseUrl: url,
			formBaseUrl: url,
			formWaitingBaseUrl: url,
			formTestBaseUrl: url,
			webhookBaseUrl: url,
			webhookWaitingBaseUrl: url,
			webhookTestBaseUrl: url,
			mcpBaseUrl: url,
			mcpTestBaseUrl: url,
			setExecutionStatus: () => {},
			logAiEvent: () => {},
			executeWorkflow: unexpected,
			getRunExecutionData: unexpected,
			getRuntimeCredential: unexpected,
			startRunnerTask: unexpected,
			...additionalData,
		};
	}
}
