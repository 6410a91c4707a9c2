import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { CredentialTestContext, WebhookContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type { VeoCredential } from './credentials';
import type { Engine } from './engine';

/** A webhook request as n8n's server passes it to the node, with a parsed body. */
export interface TriggerRequest {
	body?: unknown;
	rawBody?: Buffer;
	query?: object;
	/** Names in lower case. */
	headers?: Record<string, string | string[]>;
}

export interface TriggerResponse {
	status: number;
	headers: Record<string, string>;
	body: unknown;
	/** The items for which n8n would start the workflow; undefined if it would not. */
	items: INodeExecutionData[] | undefined;
	/** The node's log messages of the levels warning and error. */
	logged: string[];
}

/** The content of the credential for the secret header. */
export type WebhookCredential = { headerName: string; headerValue: string };

const WEBHOOK_CREDENTIAL_TYPE = 'veoWebhookApi';

/**
 * The built trigger in n8n's own webhook context, without the server around it. Only the request and
 * the response are plain objects, with the members of Express's objects that the node uses.
 */
export class TriggerNode {
	/** The workflow's static data that n8n would have stored. */
	staticData: IDataObject = {};
	mode: WorkflowExecuteMode = 'webhook';

	/** @param secret - the optional credential; undefined if the node has none */
	constructor(
		private readonly engine: Engine,
		private readonly credential: VeoCredential,
		private readonly parameters: INode['parameters'] = {},
		private readonly secret?: WebhookCredential,
	) {}

	private readonly workflowId = `trigger-${++nodeCount}`;

	/** The same node after a restart of n8n: only the static data remains. */
	restarted(): TriggerNode {
		const { engine, credential, parameters, secret, staticData } = this;
		const node = new TriggerNode(engine, credential, parameters, secret);
		node.staticData = staticData;
		return node;
	}

	/** Passes a request to the node with a copy of the static data, which is stored afterwards. */
	async send({
		body,
		rawBody,
		query = {},
		headers = {},
	}: TriggerRequest): Promise<TriggerResponse> {
		const { triggerType } = this.engine;
		const [webhookDescription] = triggerType.description.webhooks ?? [];
		if (!triggerType.webhook || !webhookDescription) throw new Error('The node has no webhook');
		const node: INode = {
			id: 'veo-trigger',
			name: 'Veo 3.1 Trigger',
			type: 'n8n-nodes-veo.veoTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: this.parameters,
			credentials: {
				veoApi: { id: '1', name: 'Veo API' },
				...(this.secret && { [WEBHOOK_CREDENTIAL_TYPE]: { id: '2', name: 'Veo Webhook API' } }),
			},
		};
		const workflow = new Workflow({
			id: this.workflowId,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: {
				getByName: () => triggerType,
				getByNameAndVersion: () => triggerType,
				getKnownTypes: () => ({}),
			},
			staticData: structuredClone(this.staticData),
		});
		const sent: Pick<TriggerResponse, 'status' | 'headers' | 'body'> = {
			status: 0,
			headers: {},
			body: undefined,
		};
		const response = {
			set: (name: string, value: string) => void (sent.headers[name] = value),
			status: (code: number) => {
				sent.status = code;
				return response;
			},
			json: (content: unknown) => void (sent.body = content),
		};
		const additionalData = {
			...this.additionalData(),
			executionId: undefined,
			httpRequest: { body, rawBody, query, headers, params: {} },
			httpResponse: response,
		};
		const webhookData = {
			httpMethod: 'POST' as const,
			node: node.name,
			path: webhookDescription.path,
			webhookDescription,
			workflowId: this.workflowId,
			workflowExecuteAdditionalData: additionalData,
		};
		const { mode } = this;
		const context = new WebhookContext(workflow, node, additionalData, mode, webhookData, [], null);
		const logged: string[] = [];
		const logger = Container.get(Logger);
		logger.warn = logger.error = (message) => void logged.push(message);
		const { workflowData } = await triggerType.webhook.call(context);
		if (mode !== 'manual') this.staticData = JSON.parse(JSON.stringify(workflow.staticData));
		return { ...sent, items: workflowData?.[0], logged };
	}

	/** The engine's data, with the secret for nodes that request its credential type. */
	private additionalData(): IWorkflowExecuteAdditionalData {
		const { engine, credential, secret } = this;
		const data = engine.additionalData({ credential });
		const { credentialsHelper } = data;
		const getVeoCredential = credentialsHelper.getDecrypted.bind(credentialsHelper);
		credentialsHelper.getDecrypted = async (...args) => {
			const [, , type] = args;
			return secret && type === WEBHOOK_CREDENTIAL_TYPE
				? { ...secret }
				: await getVeoCredential(...args);
		};
		return data;
	}
}

/** Runs the test of the secret credential that the trigger declares, as n8n does on saving it. */
export async function testWebhookCredential(
	{ triggerType }: Engine,
	data: WebhookCredential,
): Promise<INodeCredentialTestResult> {
	const { credentials = [] } = triggerType.description;
	const testedBy = credentials.find(({ name }) => name === WEBHOOK_CREDENTIAL_TYPE)?.testedBy;
	const test =
		typeof testedBy === 'string' ? triggerType.methods?.credentialTest?.[testedBy] : undefined;
	if (!test) throw new Error(`The node has no test for ${WEBHOOK_CREDENTIAL_TYPE}`);
	const credential = { id: '2', name: 'Veo Webhook API', type: WEBHOOK_CREDENTIAL_TYPE, data };
	return await test.call(new CredentialTestContext(), credential);
}

let nodeCount = 0;
