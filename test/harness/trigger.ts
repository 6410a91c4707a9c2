import type {
	IDataObject,
	INode,
	INodeExecutionData,
	IWebhookData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { CredentialData } from './credentials';
import { nodeTypesOf } from './engine';
import { aVeoTriggerNode } from './nodes';
import type { VeoCredential, VeoEngine } from './veoEngine';

/** A webhook request as n8n's server passes it to the node, with its body parsed. */
export interface WebhookRequest {
	body?: unknown;
	rawBody?: Buffer;
	query?: object;
	/** Names in lower case. */
	headers?: Record<string, string | string[]>;
}

export interface WebhookResponse {
	status: number;
	headers: Record<string, string>;
	body: unknown;
	/** The items that the workflow starts with; undefined if it does not start. */
	items: INodeExecutionData[] | undefined;
	/** What the node logged at warning and error level. */
	logged: string[];
}

/**
 * The built trigger in n8n's own webhook context, without the server. The request and the response
 * are plain objects with the members of Express that the node uses.
 */
export class TriggerNode {
	/** The static data that n8n has stored for the workflow. */
	staticData: IDataObject = {};
	mode: WorkflowExecuteMode = 'webhook';

	constructor(
		private readonly engine: VeoEngine,
		private readonly credential: VeoCredential,
		private readonly parameters: INode['parameters'] = {},
		/** Fields of the 'Veo Webhook API' credential. */
		private readonly secret?: { headerName: string; headerValue: string },
		private readonly workflowId = `trigger-${++created}`,
	) {}

	/** The node after a restart of n8n, which keeps only the static data. */
	restarted(): TriggerNode {
		const { engine, credential, parameters, secret, staticData } = this;
		const again = new TriggerNode(engine, credential, parameters, secret);
		again.staticData = staticData;
		return again;
	}

	/** Sends a request to the node with a copy of the static data, and stores that data as n8n does. */
	async call(request: WebhookRequest): Promise<WebhookResponse> {
		const { body, rawBody, query = {}, headers = {} } = request;
		const { triggerType, n8n } = this.engine;
		const [webhookDescription] = triggerType.description.webhooks ?? [];
		if (!triggerType.webhook || !webhookDescription) throw new Error('The node has no webhook');
		const credentials: CredentialData = { veoApi: this.credential };
		if (this.secret) credentials.veoWebhookApi = this.secret;
		const node = aVeoTriggerNode({
			parameters: this.parameters,
			credentials: Object.fromEntries(
				Object.keys(credentials).map((type) => [type, { id: type, name: type }]),
			),
		});
		const workflow = new n8n.workflow.Workflow({
			id: this.workflowId,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesOf(triggerType),
			staticData: structuredClone(this.staticData),
		});
		const response: Pick<WebhookResponse, 'status' | 'headers' | 'body'> = {
			status: 0,
			headers: {},
			body: undefined,
		};
		const httpResponse = {
			set: (name: string, value: string) => void (response.headers[name] = value),
			status: (code: number) => {
				response.status = code;
				return httpResponse;
			},
			json: (content: unknown) => void (response.body = content),
		};
		const additionalData = {
			...this.engine.additionalData(credentials),
			executionId: undefined,
			httpRequest: { body, rawBody, query, headers, params: {} },
			httpResponse,
		};
		const webhookData: IWebhookData = {
			httpMethod: 'POST',
			node: node.name,
			path: webhookDescription.path,
			webhookDescription,
			workflowId: this.workflowId,
			workflowExecuteAdditionalData: additionalData,
		};
		const context = new n8n.core.WebhookContext(
			workflow,
			node,
			additionalData,
			this.mode,
			webhookData,
			[],
			null,
		);
		const logged: string[] = [];
		const logger = n8n.di.Container.get(n8n.backendCommon.Logger);
		logger.warn = logger.error = (message) => void logged.push(message);
		const { workflowData } = await triggerType.webhook.call(context);
		if (this.mode !== 'manual') this.staticData = JSON.parse(JSON.stringify(workflow.staticData));
		return { ...response, items: workflowData?.[0], logged };
	}
}

let created = 0;
