import type { ICredentialsHelper, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { N8n } from './n8n';

const URL = 'http://127.0.0.1:1';
const WORKFLOW = {
	id: 'harness',
	name: 'Harness',
	active: false,
	activeVersionId: null,
	isArchived: false,
	createdAt: new Date(),
	updatedAt: new Date(),
	nodes: [],
	connections: {},
};

async function unexpected(): Promise<never> {
	throw new Error('The harness does not provide this function of n8n');
}

/** What n8n's server passes to an execution. */
export function additionalData(
	{ core, di }: N8n,
	credentialsHelper: ICredentialsHelper,
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper,
		hooks: new core.ExecutionLifecycleHooks('manual', '1', WORKFLOW),
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
