import type { PackageDirectoryLoader } from 'n8n-core';
import {
	type ICredentials,
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type IRequestOptionsSimplified,
} from 'n8n-workflow';

export type VeoCredential = { apiKey: string; baseUrl: string };

/**
 * n8n's own helper lives in its server and needs the database; this one holds one decrypted
 * credential and signs requests by the credential's own class, as n8n's does.
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
	): Promise<IHttpRequestOptions> {
		const type = this.types[typeName]?.type;
		if (typeof type?.authenticate !== 'function' || !('url' in options)) {
			throw new Error(`The credential ${typeName} does not sign requests`);
		}
		return await type.authenticate(credentials, { ...options, url: options.url ?? '' });
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
