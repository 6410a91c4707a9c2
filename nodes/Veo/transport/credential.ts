import { createHash } from 'node:crypto';
import {
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IWebhookFunctions,
} from 'n8n-workflow';
import { err, ok, type Result } from '../result';
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
	return validCredential(functions, await functions.getCredentials(CREDENTIAL_TYPE));
}

/**
 * @param itemIndex - the item for which n8n evaluates expressions in the credential
 * @throws NodeOperationError if a field is missing or invalid
 */
export async function readCredentialFor(
	functions: IExecuteFunctions,
	itemIndex: number,
): Promise<VeoCredential> {
	const data = await functions.getCredentials(CREDENTIAL_TYPE, itemIndex);
	return validCredential(functions, data, itemIndex);
}

function validCredential(
	functions: ApiFunctions,
	{ apiKey, baseUrl }: ICredentialDataDecryptedObject,
	itemIndex?: number,
): VeoCredential {
	const credential = parseCredential(apiKey, baseUrl);
	if (credential.ok) return credential.value;
	const { message, description } = credential.error;
	throw new NodeOperationError(functions.getNode(), message, { description, itemIndex });
}

/** Validates the fields of the credential. */
export function parseCredential(
	apiKey: unknown,
	baseUrl: unknown,
): Result<VeoCredential, { message: string; description: string }> {
	if (typeof apiKey !== 'string' || apiKey.trim() === '') {
		return err({
			message: "'API Key' is missing in the credential",
			description: "Open the 'Veo API' credential and enter your API key.",
		});
	}
	const url = parseBaseUrl(baseUrl);
	return url.ok ? ok({ apiKey: apiKey.trim(), baseUrl: url.value }) : url;
}

/**
 * Identifies an account without revealing its key, to detect that a record was made with another one.
 * @returns 16 hexadecimal digits
 */
export function accountOf({ apiKey, baseUrl }: VeoCredential): string {
	return createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('hex').slice(0, 16);
}
