import {
	NodeConnectionTypes,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type IHookFunctions,
	type INodeCredentialTestResult,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { veoApiTest } from './execution/credentialTest';
import { builderHint } from './webhook/builderHint';
import { handleWebhook } from './webhook/handler';
import { parseSecret } from './webhook/secret';
import { description, readSettings } from './webhook/settings';

export class VeoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Veo 3.1 Trigger',
		name: 'veoTrigger',
		icon: { light: 'file:../../icons/veo.svg', dark: 'file:../../icons/veo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		// n8n shows it in the nodes panel for both nodes, beside the name of Veo 3.1 (2.41.1)
		description: 'Generate AI videos with Veo 3.1, or start a workflow when a video is finished',
		builderHint,
		eventTriggerDescription: 'Waiting for a webhook request',
		activationMessage: 'You can now send requests to your production webhook URL.',
		triggerPanel: {
			header: 'Listen for a webhook request',
			executionsHelp: {
				inactive:
					"<b>While building your workflow</b>, click the 'listen' button, then send a request to the test URL. The execution will show up in this editor.<br /><br /><b>When it works</b>, publish the workflow and share the production URL. The workflow then runs automatically, and its executions show up in the executions list.",
				active:
					'<b>While building your workflow</b>, click the \'listen\' button, then send a request to the test URL. The execution will show up in this editor.<br /><br /><b>The workflow also runs automatically</b> whenever a request to the production URL reports a finished video. These executions show up in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once published, the workflow runs automatically for requests to the production URL.',
		},
		defaults: { name: 'Veo 3.1 Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'veoApi', required: true, testedBy: 'veoApiTest' },
			{ name: 'veoWebhookApi', required: false, testedBy: 'veoWebhookApiTest' },
		],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties: description,
	};

	methods = {
		credentialTest: {
			veoApiTest,

			/** There is no server to ask: the test is whether requests can contain such a header. */
			async veoWebhookApiTest(
				this: ICredentialTestFunctions,
				{ data }: ICredentialsDecrypted,
			): Promise<INodeCredentialTestResult> {
				const secret = parseSecret(data?.headerName, data?.headerValue);
				if (secret.ok) return { status: 'OK', message: 'The header is valid' };
				const { message, description: hint } = secret.error;
				return { status: 'Error', message: `${message}. ${hint}` };
			},
		},
	};

	/**
	 * The Veo API documents no way to register a webhook, so there is nothing to create or delete. But
	 * the activation of the workflow can validate the settings.
	 */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				await readSettings(this);
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
		return await handleWebhook(this);
	}
}
