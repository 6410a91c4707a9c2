import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { WebhookContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type { VeoCredential } from './credentials';
import type { Engine } from './engine';

/** A call as n8n's server hands it to the node once it has parsed the body. */
export interface TriggerCall {
	body?: unknown;
	rawBody?: Buffer;
	query?: object;
	/** Names in lower case. */
	headers?: Record<string, string | string[]>;
}

export interface TriggerAnswer {
	status: number;
	headers: Record<string, string>;
	body: unknown;
	/** What the workflow would be run with; undefined: it is not run. */
	items: INodeExecutionData[] | undefined;
	/** What the node logged at warning and error level. */
	logged: string[];
}

/** The content of the 'Veo Webhook API' credential. */
export interface WebhookCredential {
	headerName: string;
	headerValue: string;
}

/**
 * The built trigger in n8n's own webhook context, without the server around it: only the request
 * and the response are plain objects, with the members that the node uses of Express's.
 */
export class TriggerNode {
	/** What n8n would have stored of the workflow's static data by now. */
	staticData: IDataObject = {};
	mode: WorkflowExecuteMode = 'webhook';
	private readonly workflowId = `trigger-${++made}`;

	constructor(
		private readonly engine: Engine,
		private readonly credential: VeoCredential,
		private readonly parameters: INode['parameters'] = {},
		/** The secret header that requests need; none by default. */
		private readonly webhookCredential?: WebhookCredential,
	) {}

	/** Another start of n8n, as far as the node can tell: only the static data is left. */
	restarted(): TriggerNode {
		const { engine, credential, parameters, webhookCredential, staticData } = this;
		const again = new TriggerNode(engine, credential, parameters, webhookCredential);
		again.staticData = staticData;
		return again;
	}

	/** Hands a call to the node, with a copy of the static data, as n8n does, and stores it after. */
	async call({ body, rawBody, query = {}, headers = {} }: TriggerCall): Promise<TriggerAnswer> {
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
				...(this.webhookCredential && { veoWebhookApi: { id: '2', name: 'Veo Webhook API' } }),
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
		const answer: Pick<TriggerAnswer, 'status' | 'headers' | 'body'> = {
			status: 0,
			headers: {},
			body: undefined,
		};
		const response = {
			set: (name: string, value: string) => void (answer.headers[name] = value),
			status: (code: number) => {
				answer.status = code;
				return response;
			},
			json: (content: unknown) => void (answer.body = content),
		};
		const additionalData = {
			// one object for both types: their fields have different names
			...this.engine.additionalData({
				credential: { ...this.credential, ...this.webhookCredential },
			}),
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
		return { ...answer, items: workflowData?.[0], logged };
	}
}

let made = 0;
