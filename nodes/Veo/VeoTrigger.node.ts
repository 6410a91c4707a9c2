import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { answerCall } from './webhook/handler';
import { fields, readSettings } from './webhook/settings';

export class VeoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Veo 3.1 Trigger',
		name: 'veoTrigger',
		icon: { light: 'file:../../icons/veo.svg', dark: 'file:../../icons/veo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		description: 'Runs the workflow when a call tells that a Veo 3.1 video has ended',
		eventTriggerDescription: 'Waiting for a call about a video',
		activationMessage: 'You can now make calls to the production webhook URL.',
		triggerPanel: {
			header: 'Wait for a call about a video',
			executionsHelp: {
				inactive:
					"<b>While building your workflow</b>, click the 'listen' button, then make a call to the test URL. The execution will show up in this editor.<br /><br /><b>Once you're happy with it</b>, publish it and give away the production URL: the workflow then runs by itself, and its executions show up in the executions list.",
				active:
					'<b>While building your workflow</b>, click the \'listen\' button, then make a call to the test URL. The execution will show up in this editor.<br /><br /><b>Your workflow also runs by itself</b> with every call to the production URL that tells of a video which has ended. These executions show up in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once the workflow is published, it runs by itself with calls to the production URL.',
		},
		defaults: { name: 'Veo 3.1 Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'veoApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties: fields,
	};

	/**
	 * The Veo API documents no way to register a webhook, so there is nothing to create or to
	 * delete. What can be found out when the workflow is activated is whether the node can work.
	 */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				readSettings(this);
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerCall(this);
	}
}
