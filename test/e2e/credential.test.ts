/** The credential test, executed by n8n like by the editor's button. */
import type { Sandbox } from '../../sandbox/client';
import type { N8nInstance } from '../../scripts/n8n/instance';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let sandbox: Sandbox;
let n8n: N8nInstance;
let server: Server;

beforeAll(async () => {
	server = await startServer();
	({ sandbox, n8n } = server);
});

afterAll(async () => await server?.end());

beforeEach(async () => await sandbox.reset());

const testWith = async (data: { apiKey?: string; baseUrl?: string }) =>
	await n8n.testCredential({
		...{ name: 'Veo API', type: 'veoApi' },
		data: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl, ...data },
	});

const failure = (text: string) => ({ status: 'Error', message: expect.stringContaining(text) });
const rejected = {
	status: 'Error',
	message: expect.stringMatching(/^The API key was rejected by the Veo API\. .*Check 'API Key'/),
};
const notVeoApi = failure("'Base URL' in the credential doesn't point to a Veo API");

describe.each(['http', 'ok'] as const)('error style %s', (errorStyle) => {
	beforeEach(async () => void (await sandbox.settings({ errorStyle })));

	test('a valid key is accepted at no cost', async () => {
		const { credits } = await sandbox.state();
		expect(await testWith({})).toMatchObject({ status: 'OK' });
		expect((await sandbox.state()).credits).toBe(credits);
		const requests = await sandbox.journal();
		expect(requests.map(({ endpoint }) => endpoint)).toEqual(['status']);
	});

	test('a wrong key is rejected', async () => {
		expect(await testWith({ apiKey: 'wrong' })).toEqual(rejected);
	});
});

test('a gateway that rejects the request is reported as a rejected key', async () => {
	const fault = { kind: 'gateway' as const, httpStatus: 403 };
	await sandbox.fault({ endpoint: 'status', times: 2, fault });
	expect(await testWith({})).toEqual(rejected);
});

test('spaces and a trailing slash are ignored', async () => {
	const data = { apiKey: ` ${sandbox.key} `, baseUrl: `${sandbox.baseUrl}/` };
	expect(await testWith(data)).toMatchObject({ status: 'OK' });
});

test.each([
	['a web page', 200, 'text/html', '<h1>Hello</h1>'],
	['a missing page', 404, 'text/html', 'Not found'],
	['unrelated JSON', 200, 'application/json', '{"hello":"world"}'],
])(
	'a host that responds with %s is reported as not being a Veo API',
	async (_, httpStatus, contentType, body) => {
		const fault = { kind: 'raw' as const, httpStatus, contentType, body };
		await sandbox.fault({ endpoint: 'status', fault });
		expect(await testWith({})).toEqual(notVeoApi);
	},
);

test.each([
	['a host that refuses connections', 'http://127.0.0.1:9/api', 'connection refused.'],
	['a host that does not exist', 'https://veo.invalid/api', 'host not found.'],
	['a base URL without https://', 'veo3o1.com/api', "'Base URL' in the credential isn't a URL."],
	['an empty base URL', ' ', "'Base URL' in the credential isn't a URL."],
])('%s is reported in a sentence of the node', async (_, baseUrl, text) => {
	const result = await testWith({ baseUrl });
	expect(result).toEqual(failure(text));
	expect(result.message).toContain("'Base URL' in the credential");
});

test('a redirect and an overloaded API are reported', async () => {
	const location = 'http://127.0.0.1:9/';
	await sandbox.fault({ endpoint: 'status', fault: { kind: 'redirect', location } });
	expect(await testWith({})).toEqual(failure('The Veo API redirected the request'));
	await sandbox.fault({ endpoint: 'status', fault: { kind: 'gateway', httpStatus: 503 } });
	expect(await testWith({})).toEqual(failure("The Veo API isn't available right now (HTTP 503)"));
});
