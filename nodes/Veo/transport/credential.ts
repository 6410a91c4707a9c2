import { createHash } from 'node:crypto';
import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type IWebhookFunctions,
} from 'n8n-workflow';
import { parseBaseUrl } from './baseUrl';

export const CREDENTIAL_TYPE = 'veoApi';

/** Where n8n provides authenticated requests: an execution of the node, or a webhook request. */
export type ApiFunctions = IExecuteFunctions | IWebhookFunctions;

/** The content of the credential, read once per execution. */
export interface VeoCredential {
	apiKey: string;
	/** Without a trailing slash. */
	baseUrl: string;
}

/** @throws NodeOperationError if a field is missing or invalid */
export async function readCredential(functions: ApiFunctions): Promise<VeoCredential> {
	const { apiKey, baseUrl } = await functions.getCredentials(CREDENTIAL_TYPE);
	return validate(functions.getNode(), apiKey, baseUrl);
}

function validate(node: INode, apiKey: unknown, baseUrl: unknown): VeoCredential {
	if (typeof apiKey !== 'string' || apiKey.trim() === '') {
		throw new NodeOperationError(node, "'API Key' is missing in the credential", {
			description: "Open the 'Veo API' credential and enter your API key.",
		});
	}
	const url = parseBaseUrl(baseUrl);
	if (!url.ok) {
		const { message, description } = url.error;
		throw new NodeOperationError(node, message, { description });
	}
	return { apiKey: apiKey.trim(), baseUrl: url.value };
}

/**
 * Identifies an account without revealing its key, to detect that a record was made with another one.
 * @returns 16 hexadecimal digits
 */
export function accountOf({ apiKey, baseUrl }: VeoCredential): string {
	return createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('hex').slice(0, 16);
}
