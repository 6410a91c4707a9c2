import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const REFUSED = 'The API key was refused. Check it, and that it is still active.';
const NO_VEO_API =
	"The host answers, but not as a Veo API. Check 'Base URL', e.g. https://veo3o1.com/api.";

/**
 * A look at a video that does not exist: free, and answered in the API's envelope, whatever that
 * says. Only 401 and 403 count by their status, as a gateway may send them without the envelope.
 */
const freeLook: ICredentialTestRequest = {
	request: {
		baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
		url: '/video-status/00000000-0000-0000-0000-000000000000',
		headers: { accept: 'application/json' },
		ignoreHttpStatusErrors: { ignore: true, except: [401, 403] },
		disableFollowRedirect: true,
	},
};

type Rule = NonNullable<ICredentialTestRequest['rules']>[number];

const rules: Rule[] = [
	{ type: 'responseCode', properties: { value: 401, message: REFUSED } },
	{ type: 'responseCode', properties: { value: 403, message: REFUSED } },
	{ type: 'responseSuccessBody', properties: { key: 'code', value: 1002, message: REFUSED } },
	{
		type: 'responseSuccessBody',
		properties: { key: 'code', value: undefined, message: NO_VEO_API },
	},
];

export class VeoApi implements ICredentialType {
	name = 'veoApi';

	displayName = 'Veo API';

	icon: Icon = { light: 'file:../icons/veo.svg', dark: 'file:../icons/veo.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-veo/n8n-nodes-veo/blob/main/docs/credentials.md';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'The key of your account with the provider of the Veo API',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://veo3o1.com/api',
			placeholder: 'e.g. https://veo3o1.com/api',
			description: 'Address of the API. Change it for a gateway of your own.',
		},
	];

	/**
	 * Signs a request. A function, since n8n evaluates the expression of a rule in its isolate for
	 * every look at every video: 1,000 looks took 0.99 s so, and take 0.60 s now (n8n 2.41.1).
	 */
	async authenticate(
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const headers = { ...request.headers, Authorization: `Bearer ${String(apiKey).trim()}` };
		return { ...request, headers };
	}

	/** n8n's tester follows both kinds of rules (2.41.1), its type allows only one: hence assign. */
	test: ICredentialTestRequest = Object.assign(freeLook, { rules });
}
