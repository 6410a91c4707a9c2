import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** The secret header of requests to the Veo 3.1 Trigger. The trigger contains its test (testedBy). */
export class VeoWebhookApi implements ICredentialType {
	name = 'veoWebhookApi';

	displayName = 'Veo Webhook API';

	icon: Icon = { light: 'file:../icons/veo.svg', dark: 'file:../icons/veo.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-veo/n8n-nodes-veo/blob/main/docs/credentials.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			required: true,
			default: 'X-Webhook-Secret',
			placeholder: 'e.g. X-Webhook-Secret',
			description: 'Name of the header that contains the secret',
		},
		{
			displayName: 'Header Value',
			name: 'headerValue',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Value that requests must send in this header. Other requests are rejected.',
		},
	];
}
