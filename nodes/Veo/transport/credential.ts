import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type IWebhookFunctions,
} from 'n8n-workflow';
import { isHttpUrl } from '../api/parse';

export const CREDENTIAL = 'veoApi';

/** Where n8n lets the API be called from: a run of the node, or a call to the trigger. */
export type ApiFunctions = IExecuteFunctions | IWebhookFunctions;

/** What the credential holds, read once for a run of the node. */
export interface Account {
	apiKey: string;
	/** Without a trailing slash. */
	baseUrl: string;
}

/** @throws NodeOperationError where the credential cannot work */
export async function readAccount(functions: ApiFunctions): Promise<Account> {
	const { apiKey, baseUrl } = await functions.getCredentials(CREDENTIAL);
	return checked(functions.getNode(), apiKey, baseUrl);
}

function checked(node: INode, apiKey: unknown, baseUrl: unknown): Account {
	if (typeof apiKey !== 'string' || apiKey.trim() === '') {
		throw new NodeOperationError(node, "The credential has no 'API Key'", {
			description: "Open the 'Veo API' credential and enter the key of your account.",
		});
	}
	const url = typeof baseUrl === 'string' ? baseUrl.trim().replace(/\/+$/, '') : '';
	if (!isHttpUrl(url)) {
		throw new NodeOperationError(node, "'Base URL' in the credential is not a URL", {
			description: `It is '${url}'. Use https://veo3o1.com/api, or the complete address of your own gateway.`,
		});
	}
	return { apiKey: apiKey.trim(), baseUrl: url };
}
