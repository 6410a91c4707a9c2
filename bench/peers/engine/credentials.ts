import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	IHttpRequestHelper,
	INode,
	INodeCredentialsDetails,
	IRequestOptionsSimplified,
	Workflow,
} from 'n8n-workflow';
import { workflow as n8n } from './n8n';

type Request = IHttpRequestOptions | IRequestOptionsSimplified;

/** Holds one decrypted credential and signs requests as its class says, as n8n's own helper does. */
export class BenchCredentials extends n8n.ICredentialsHelper {
	constructor(
		private readonly type: ICredentialType,
		private readonly credential: ICredentialDataDecryptedObject,
	) {
		super();
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		request: Request,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.type;
		// the older of n8n's two request helpers says uri
		const address = 'uri' in request ? request.uri : 'url' in request ? request.url : '';
		const options: IHttpRequestOptions = { ...request, url: String(address) };
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		const resolve = (fields: object | undefined, given: IDataObject | undefined) => {
			const values: IDataObject = { ...given };
			for (const [name, value] of Object.entries(fields ?? {})) {
				values[name] = workflow.expression.getSimpleParameterValue(
					node,
					String(value),
					'internal',
					{ $credentials: credentials },
					undefined,
					'',
				);
			}
			return values;
		};
		const { headers, qs } = authenticate?.properties ?? {};
		return {
			...options,
			headers: resolve(headers, options.headers),
			qs: resolve(qs, options.qs),
		};
	}

	async getDecrypted(
		_additionalData: unknown,
		_details: INodeCredentialsDetails,
	): Promise<ICredentialDataDecryptedObject> {
		return { ...this.credential };
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async preAuthentication(_helpers: IHttpRequestHelper): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Only decrypted credentials are used here');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties() {
		return [];
	}
}
