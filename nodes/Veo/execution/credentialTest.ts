import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { VeoClient } from '../api/client';
import type { VeoError } from '../api/errors';
import { errorMessage, type ErrorText } from '../output/messages';
import { createClock } from '../transport/clock';
import { parseCredential } from '../transport/credential';
import { createCredentialTestSend } from '../transport/credentialTestSend';
import { createRedactor } from '../transport/redaction';

/** No video has this ID. */
const UNKNOWN_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Tests the credential with one status check, which is free. The node has the test rather than the
 * credential: n8n reports some failures of a declarative test by their code alone, e.g. ECONNREFUSED.
 */
export async function veoApiTest(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const credential = parseCredential(data?.apiKey, data?.baseUrl);
	if (!credential.ok) return failure(credential.error);
	const client = new VeoClient(
		createCredentialTestSend(this, credential.value),
		createClock().wallNow,
		createRedactor(credential.value.apiKey),
	);
	const result = await client.getVideoStatus(UNKNOWN_ID);
	const error = result.ok ? undefined : credentialError(result.error);
	if (error) return failure(errorMessage(error, 'getStatus'));
	return { status: 'OK', message: 'The API key was accepted' };
}

/** @returns undefined if the credential works: the API responded in its envelope, and accepted the key */
function credentialError(error: VeoError): VeoError | undefined {
	const { kind, code, httpStatus } = error;
	if (kind === 'authentication' || httpStatus === 401 || httpStatus === 403) {
		return { ...error, kind: 'authentication' };
	}
	if (code !== undefined) return undefined;
	// a malformed response to the first request is that of another service
	return kind === 'malformed' ? { ...error, kind: 'notVeoApi' } : error;
}

function failure({ message, description }: ErrorText): INodeCredentialTestResult {
	return { status: 'Error', message: `${message}. ${description}` };
}
