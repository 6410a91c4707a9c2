import { join } from 'node:path';
import type {
	ICredentialType,
	INode,
	INodeExecutionData,
	INodeType,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { OURS, type Contestant } from '../contestants';
import { BenchCredentials } from './credentials';
import { core, di, packages, workflow as n8n } from './n8n';
import type { Outcome, RunOrder } from './orders';
import { PlainNode } from './plainNode';

const URL = 'http://127.0.0.1:1';
/** How n8n evaluates expressions unless told otherwise (2.41.1, ExpressionEngineConfig): isolated. */
const EXPRESSIONS = {
	engine: 'vm',
	bridgeTimeout: 5000,
	bridgeMemoryLimit: 128,
	poolSize: 1,
	maxCodeCacheSize: 1024,
} as const;

/** n8n's engine with one contestant's node in it, loaded as n8n loads it. */
export class Engine {
	private constructor(
		private readonly contestant: Contestant,
		private readonly nodeType: INodeType,
		private readonly credentialType: ICredentialType,
	) {}

	/**
	 * @param ours - folder of the package under test; the others are in the installed n8n
	 * @param isolated - whether to evaluate expressions as n8n does by default. Each execution needs
	 *   an isolate of its own then, and to begin many at once keeps the processor busy for seconds,
	 *   which a fast clock would blow up; without, they are evaluated in n8n's older way.
	 */
	static async start(contestant: Contestant, ours: string, isolated: boolean): Promise<Engine> {
		di.Container.get(core.InstanceSettings);
		await di.Container.get(core.BinaryDataService).init();
		if (isolated) await n8n.Expression.initExpressionEngine(EXPRESSIONS);
		const loader = (name: string) =>
			new core.PackageDirectoryLoader(name === OURS ? ours : join(packages, name));
		const [nodePackage, nodeFile] = contestant.node;
		const nodes = loader(nodePackage);
		nodes.loadNodeFromFile(nodeFile);
		const [credentialPackage, credentialFile] = contestant.credentialType;
		const credentials = loader(credentialPackage);
		credentials.loadCredentialFromFile(credentialFile);
		const loaded = Object.values(nodes.nodeTypes)[0]?.type;
		const credentialType = Object.values(credentials.credentialTypes)[0]?.type;
		if (!loaded || !credentialType) throw new Error(`${contestant.label} was not loaded`);
		const nodeType =
			'nodeVersions' in loaded ? loaded.nodeVersions[contestant.typeVersion] : loaded;
		if (!nodeType) throw new Error(`${contestant.label} has no such version`);
		return new Engine(contestant, nodeType, credentialType);
	}

	/** Runs the node alone on the order's items, with n8n's own handling of errors and retries. */
	async run(order: RunOrder): Promise<Outcome> {
		const first = await this.execute(order, n8n.createRunExecutionData());
		if (!order.retryExecution || first.outcome.error === undefined) return first.outcome;
		return (await this.execute(order, first.data)).outcome;
	}

	private async execute(order: RunOrder, data: IRunExecutionData) {
		const { credentialType, contestant } = this;
		const nodeType = order.plain ? new PlainNode() : this.nodeType;
		const node: INode = {
			id: 'bench-node',
			name: 'Node',
			type: contestant.key,
			typeVersion: contestant.typeVersion,
			position: [0, 0],
			parameters: { ...contestant.parameters, ...order.parameters },
			credentials: { [credentialType.name]: { id: '1', name: 'Bench' } },
			...(order.maxTries > 1 && { retryOnFail: true, maxTries: order.maxTries }),
		};
		const workflow = new n8n.Workflow({
			id: 'bench',
			nodes: [node],
			connections: {},
			active: false,
			nodeTypes: {
				getByName: () => nodeType,
				getByNameAndVersion: () => nodeType,
				getKnownTypes: () => ({}),
			},
		});
		const items: INodeExecutionData[] = order.items.map((json) => ({ json }));
		if (data.executionData) {
			data.executionData.nodeExecutionStack = [{ node, data: { main: [items] }, source: null }];
		}
		// what n8n does when an execution is retried (2.41.1, ExecutionService.retry)
		if (data.resultData.error) data.resultData.runData[node.name]?.pop();
		delete data.resultData.error;

		const credential = contestant.credential(order.url, order.apiKey);
		const helper = new BenchCredentials(credentialType, credential);
		const startedMs = performance.now();
		const running = new core.WorkflowExecute(
			additionalData(helper),
			'manual',
			data,
		).processRunExecutionData(workflow);
		let stoppedAt: number | undefined;
		const timer = setTimeout(
			() => {
				stoppedAt = Date.now();
				running.cancel();
			},
			(order.stopAfterSeconds ?? 1e6) * 1000,
		);
		const run = await running;
		clearTimeout(timer);
		const task = run.data.resultData.runData[node.name]?.at(-1);
		const error = task?.error ?? run.data.resultData.error;
		const outcome: Outcome = {
			seconds: (performance.now() - startedMs) / 1000,
			endedAt: Date.now(),
			status: run.status,
			items: task?.data?.main?.[0]?.map(({ json }) => JSON.stringify(json)) ?? [],
			...(stoppedAt !== undefined && { stoppedAt }),
			...(error && { error: wordsOf(error) }),
		};
		return { outcome, data: run.data };
	}
}

/** All that an error tells its reader. */
function wordsOf(error: Error): string {
	const parts = new Map<string, unknown>(Object.entries(error));
	const [description, context] = ['description', 'context'].map((name) => parts.get(name));
	return JSON.stringify({ message: error.message, description, context });
}

function additionalData(credentialsHelper: BenchCredentials): IWorkflowExecuteAdditionalData {
	const unexpected = async (): Promise<never> => {
		throw new Error('No node is expected to use this');
	};
	const workflowData = {
		id: 'bench',
		name: 'Bench',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: [],
		connections: {},
	};
	return {
		credentialsHelper,
		hooks: new core.ExecutionLifecycleHooks('manual', '1', workflowData),
		externalSecretsProxy: di.Container.get(core.ExternalSecretsProxy),
		executionId: '1',
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: URL,
		instanceBaseUrl: URL,
		formBaseUrl: URL,
		formWaitingBaseUrl: URL,
		formTestBaseUrl: URL,
		webhookBaseUrl: URL,
		webhookWaitingBaseUrl: URL,
		webhookTestBaseUrl: URL,
		mcpBaseUrl: URL,
		mcpTestBaseUrl: URL,
		setExecutionStatus: () => {},
		logAiEvent: () => {},
		executeWorkflow: unexpected,
		getRunExecutionData: unexpected,
		getRuntimeCredential: unexpected,
		startRunnerTask: unexpected,
	};
}
