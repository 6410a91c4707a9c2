import type { PackageDirectoryLoader } from 'n8n-core';
import {
	type ICredentials,
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type IRequestOptionsSimplified,
	type Workflow,
} from 'n8n-workflow';

export type VeoCredential = { apiKey: string; baseUrl: string };

/**
 * n8n's own helper lives in its server and needs the database; this one holds one decrypted
 * credential and signs requests by the rules of the credential's class, as n8n's does.
 */
export class TestCredentials extends ICredentialsHelper {
	constructor(
		private readonly types: PackageDirectoryLoader['credentialTypes'],
		private readonly credential: VeoCredential,
	) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const rule = this.types[typeName]?.type.authenticate;
		if (typeof rule !== 'object' || !workflow || !node || !('url' in options)) {
			throw new Error(`The credential ${typeName} has no rule for signing`);
		}
		const headers: IDataObject = { ...options.headers };
		for (const [name, value] of Object.entries(rule.properties.headers ?? {})) {
			headers[name] = workflow.expression.getSimpleParameterValue(
				node,
				String(value),
				'internal',
				{ $credentials: credentials },
				undefined,
				'',
			);
		}
		return { ...options, headers, url: options.url ?? '' };
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Only decrypted credentials are used here');
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		return { ...this.credential };
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties() {
		return [];
	}
}
