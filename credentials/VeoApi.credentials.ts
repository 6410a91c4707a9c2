import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { parseBaseUrl } from '../nodes/Veo/transport/baseUrl';

const REJECTED = 'The API key was rejected. Check that it is correct and still active.';
const NOT_VEO_API =
	"The server responded, but it isn't a Veo API. Check 'Base URL', e.g. https://veo3o1.com/api.";

/**
 * The status of a video that does not exist: free, and every Veo API responds in its envelope. Only 401
 * and 403 count by their HTTP status, since a gateway may send them without the envelope.
 */
const statusProbe: ICredentialTestRequest = {
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
	{ type: 'responseCode', properties: { value: 401, message: REJECTED } },
	{ type: 'responseCode', properties: { value: 403, message: REJECTED } },
	{ type: 'responseSuccessBody', properties: { key: 'code', value: 1002, message: REJECTED } },
	{
		type: 'responseSuccessBody',
		properties: { key: 'code', value: undefined, message: NOT_VEO_API },
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
			description: 'API key from your Veo API provider',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://veo3o1.com/api',
			placeholder: 'e.g. https://veo3o1.com/api',
			description: 'Base URL of the API. Change it only if you use your own gateway.',
		},
	];

	/**
	 * Signs a request. A function, since n8n would evaluate an expression in its isolate for every
	 * request: 1,000 status checks took 0.99 s with an expression and 0.60 s with this (n8n 2.41.1).
	 * @throws Error if the base URL is invalid, which n8n shows as the result of the test
	 */
	async authenticate(
		{ apiKey, baseUrl }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const url = parseBaseUrl(baseUrl);
		if (!url.ok) throw new Error(`${url.error.message}. ${url.error.description}`);
		const headers = { ...request.headers, Authorization: `Bearer ${String(apiKey).trim()}` };
		return { ...request, headers };
	}

	/** n8n's tester supports both kinds of rules (2.41.1), but its type allows only one: hence assign. */
	test: ICredentialTestRequest = Object.assign(statusProbe, { rules });
}
