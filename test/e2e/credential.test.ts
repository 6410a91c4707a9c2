/** The credential's test, as n8n's own tester runs it behind the editor's button. */
import { startSandbox, type Sandbox } from '../../sandbox/client';
import { packedNode } from '../../scripts/lib/pack';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { isSince, keyRefusal } from './support/version';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

let sandbox: Sandbox;
let n8n: N8nInstance;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await N8nInstance.start({ n8n: await ensureN8n(), node: await packedNode() });
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

beforeEach(async () => await sandbox.reset());

const testWith = async (data: { apiKey?: string; baseUrl?: string }) =>
	await n8n.testCredential({
		...{ name: 'Veo API', type: 'veoApi' },
		data: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl, ...data },
	});

const refused = { status: 'Error', message: expect.stringMatching(keyRefusal) };
const noVeoApi = { status: 'Error', message: expect.stringContaining('not as a Veo API') };

describe.each(['http', 'ok'] as const)('errors in the style %s', (errorStyle) => {
	beforeEach(async () => void (await sandbox.settings({ errorStyle })));

	test('a good key is accepted, and nothing is spent', async () => {
		const { credits } = await sandbox.state();
		expect(await testWith({})).toMatchObject({ status: 'OK' });
		expect((await sandbox.state()).credits).toBe(credits);
		const requests = await sandbox.journal();
		expect(requests.map(({ endpoint }) => endpoint)).toEqual(['status']);
	});

	test('a wrong key is told', async () => {
		expect(await testWith({ apiKey: 'wrong' })).toEqual(refused);
	});
});

describe('a guard in front that refuses', () => {
	const testBehindGuard = async () => {
		const guard = { kind: 'gateway' as const, httpStatus: 403 };
		await sandbox.fault({ endpoint: 'status', times: 2, fault: guard });
		return await testWith({});
	};

	if (isSince(2, 20)) {
		test('counts as a refused key', async () => {
			expect(await testBehindGuard()).toEqual(refused);
		});
	} else {
		// before, n8n's tester does not tell one HTTP status from another
		test('needs n8n 2.20 or newer to be told from a host that is no Veo API', async () => {
			expect(await testBehindGuard()).toEqual(noVeoApi);
		});
	}
});

test('blanks and a trailing slash are harmless', async () => {
	const data = { apiKey: ` ${sandbox.key} `, baseUrl: `${sandbox.baseUrl}/` };
	expect(await testWith(data)).toMatchObject({ status: 'OK' });
});

test.each([
	['a web page', 200, 'text/html', '<h1>Hello</h1>'],
	['a page that is not there', 404, 'text/html', 'Not found'],
	['JSON of another kind', 200, 'application/json', '{"hello":"world"}'],
])('a host that answers with %s is no Veo API', async (_, httpStatus, contentType, body) => {
	const fault = { kind: 'raw' as const, httpStatus, contentType, body };
	await sandbox.fault({ endpoint: 'status', fault });
	expect(await testWith({})).toEqual(noVeoApi);
});

test('a host that cannot be reached is told', async () => {
	const { status, message } = await testWith({ baseUrl: 'http://127.0.0.1:9/api' });
	expect(status).toBe('Error');
	expect(message).toMatch(/ECONNREFUSED|refused/);
});
