/** The credential's test, as n8n's server executes it (2.41.1, CredentialsTester). */
import type { ICredentialDataDecryptedObject, INodeType, IRun } from 'n8n-workflow';
import { VeoApi } from '../../credentials/VeoApi.credentials';
import { useEngine } from '../harness/setup';
import { aVeoNode } from '../harness/nodes';

const setup = useEngine();

/** Executes the test's request in n8n's node for such requests. */
async function testCredential(data: ICredentialDataDecryptedObject): Promise<IRun> {
	const { description } = setup.engine;
	const { request } = new VeoApi().test;
	const property = { displayName: 'Temp', name: 'temp', type: 'string' as const, default: '' };
	const tester: INodeType = {
		description: {
			...description,
			credentials: [{ name: 'veoApi', required: true }],
			properties: [{ ...property, routing: { request } }],
		},
	};
	const { run } = await setup.engine.execute(tester, aVeoNode(), { veoApi: data });
	return run;
}

it('accepts the base URL with a trailing slash', async () => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	const run = await testCredential({ apiKey, baseUrl: ` ${baseUrl}/` });
	expect(run.data.resultData.error).toBeUndefined();
});

it.each([
	['?a=b', "'Base URL' in the credential contains a query or a fragment"],
	['#a', "'Base URL' in the credential contains a query or a fragment"],
])('refuses a base URL that ends with %s in its own words, unsent', async (end, message) => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	const run = await testCredential({ apiKey, baseUrl: `${baseUrl}${end}` });
	expect(run.data.resultData.error?.message).toContain(message);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('refuses a base URL with a password in its own words, unsent', async () => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	const data = { apiKey, baseUrl: baseUrl.replace('://', '://user:secret@') };
	const { error } = (await testCredential(data)).data.resultData;
	expect(error?.message).toContain("'Base URL' in the credential contains a user name or password");
	expect(error?.message).not.toContain('secret');
	expect(await setup.sandbox.journal()).toEqual([]);
});
