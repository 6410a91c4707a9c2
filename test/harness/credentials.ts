import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INode,
	ICredentialsExpressionResolveValues,
	IExecuteData,
	INodeCredentialsDetails,
	IRequestOptionsSimplified,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { N8n } from './n8n';

/** Decrypted credentials by the name of their type. */
export type CredentialData = Record<string, ICredentialDataDecryptedObject>;

/**
 * A stand-in for n8n's own helper, which is part of the server and needs its database. It signs
 * requests as the credential type defines: with its function or its rules for headers and query.
 */
export function credentialsHelper(
	n8n: N8n,
	types: ICredentialType[],
	data: CredentialData,
): ICredentialsHelper {
	class Helper extends n8n.workflow.ICredentialsHelper {
		async authenticate(
			credentials: ICredentialDataDecryptedObject,
			typeName: string,
			request: IHttpRequestOptions | IRequestOptionsSimplified,
			workflow: Workflow,
			node: INode,
		): Promise<IHttpRequestOptions> {
			const authenticate = types.find(({ name }) => name === typeName)?.authenticate;
			if (!authenticate) throw new Error(`The credential ${typeName} does not sign requests`);
			// n8n's deprecated request helper sends `uri` instead of `url`
			const url = 'uri' in request ? request.uri : 'url' in request ? request.url : '';
			const options: IHttpRequestOptions = { ...request, url: String(url) };
			if (typeof authenticate === 'function') return await authenticate(credentials, options);
			const resolve = (rules: object = {}, given: IDataObject = {}) => {
				const values = Object.entries(rules).map(([name, rule]) => [
					name,
					workflow.expression.getSimpleParameterValue(
						node,
						String(rule),
						'internal',
						{ $credentials: credentials },
						undefined,
						'',
					),
				]);
				return { ...given, ...Object.fromEntries(values) };
			};
			const { headers, qs } = authenticate.properties;
			return {
				...options,
				headers: resolve(headers, options.headers),
				qs: resolve(qs, options.qs),
			};
		}

		async getDecrypted(
			_additionalData: unknown,
			_details: INodeCredentialsDetails,
			type: string,
			mode: WorkflowExecuteMode,
			executeData?: IExecuteData,
			_raw?: boolean,
			at?: ICredentialsExpressionResolveValues,
		): Promise<ICredentialDataDecryptedObject> {
			const resolve = (value: ICredentialDataDecryptedObject[string]) => {
				if (!at || typeof value !== 'string') return value;
				const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = at;
				const resolved = workflow.expression.getParameterValue(
					...[value, runExecutionData, runIndex, itemIndex, node.name, connectionInputData, mode],
					...[{}, executeData],
				);
				return typeof resolved === 'string' ? resolved : '';
			};
			const values = Object.entries(data[type] ?? {});
			return Object.fromEntries(values.map(([name, value]) => [name, resolve(value)]));
		}

		getParentTypes(): string[] {
			return [];
		}

		isCredentialUsableByNode(): boolean {
			return true;
		}

		async preAuthentication(): Promise<undefined> {
			return undefined;
		}

		async runPreAuthentication(): Promise<undefined> {
			return undefined;
		}

		async getCredentials(): Promise<never> {
			throw new Error('This helper has decrypted credentials only');
		}

		async updateCredentials(): Promise<void> {}

		async updateCredentialsOauthTokenData(): Promise<void> {}

		getCredentialsProperties() {
			return [];
		}
	}
	return new Helper();
}
