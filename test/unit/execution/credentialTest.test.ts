import type { ICredentialTestFunctions } from 'n8n-workflow';
import { veoApiTest } from '../../../nodes/Veo/execution/credentialTest';

const KEY = 'key-0123456789';
const logger = { error() {}, warn() {}, info() {}, debug() {} };

/** n8n's helper, which responds with this, or rejects with an error. */
function run(response: object | Error, data = {}, sent: object[] = []) {
	const functions: ICredentialTestFunctions = {
		logger,
		helpers: {
			getSSHClient: async () => {
				throw new Error('unused');
			},
			updateLastUsed: async () => {},
			request: async (options) => {
				sent.push(Object(options));
				if (response instanceof Error) throw response;
				return { statusCode: 200, headers: {}, ...response };
			},
		},
	};
	const values = { apiKey: KEY, baseUrl: 'https://api.example/v1', ...data };
	return veoApiTest.call(functions, { id: '1', name: 'Veo API', type: 'veoApi', data: values });
}

const envelope = (code: number, msg = '') => JSON.stringify({ code, msg, data: null });
const networkError = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

test('one signed status check is sent, without redirects', async () => {
	const sent: object[] = [];
	const data = { apiKey: ` ${KEY} `, baseUrl: 'https://api.example/v1/' };
	const result = await run({ body: envelope(1000) }, data, sent);
	expect(result).toEqual({ status: 'OK', message: 'The API key was accepted' });
	expect(sent).toEqual([
		expect.objectContaining({
			method: 'GET',
			url: 'https://api.example/v1/video-status/00000000-0000-0000-0000-000000000000',
			headers: { accept: 'application/json', authorization: `Bearer ${KEY}` },
			followRedirect: false,
		}),
	]);
});

test.each([
	['an unknown video', { body: envelope(1000) }],
	['an unknown video, as HTTP 404', { statusCode: 404, body: envelope(1000) }],
	['rate limiting', { statusCode: 429, body: envelope(1003) }],
	['an internal problem', { statusCode: 500, body: envelope(5000) }],
	['a video', { body: JSON.stringify({ code: 0, msg: '', data: { status: 'pending' } }) }],
])('the key is accepted if the API reports %s', async (_, response) => {
	expect(await run(response)).toMatchObject({ status: 'OK' });
});

const REJECTED = 'The API key was rejected by the Veo API. ';
const NOT_VEO_API = "'Base URL' in the credential doesn't point to a Veo API (HTTP 200). ";

test.each<[string, object | Error, string]>([
	['a rejected key', { body: envelope(1002, 'no') }, REJECTED],
	['a rejected key, as HTTP 401', { statusCode: 401, body: envelope(1002) }, REJECTED],
	['HTTP 403 of a gateway', { statusCode: 403, body: '<h1>Forbidden</h1>' }, REJECTED],
	['HTTP 401 with another code', { statusCode: 401, body: envelope(7) }, REJECTED],
	['a web page', { body: '<h1>Hello</h1>' }, NOT_VEO_API],
	['unrelated JSON', { body: '{"hello":"world"}' }, NOT_VEO_API],
	['an empty response', { body: undefined }, NOT_VEO_API],
	[
		'a missing page',
		{ statusCode: 404, body: 'Not found' },
		"'Base URL' in the credential doesn't point to a Veo API (HTTP 404). ",
	],
	[
		'a redirect',
		{ statusCode: 302, headers: { Location: 'https://other.example' }, body: '' },
		'The Veo API redirected the request (HTTP 302). ',
	],
	[
		'a gateway',
		{ statusCode: 502, body: '' },
		"The Veo API isn't available right now (HTTP 502). ",
	],
	[
		'ECONNREFUSED',
		networkError('ECONNREFUSED'),
		"Couldn't connect to the Veo API: connection refused. ",
	],
	['ENOTFOUND', networkError('ENOTFOUND'), "Couldn't connect to the Veo API: host not found. "],
	[
		'EHOSTUNREACH',
		networkError('EHOSTUNREACH'),
		"Couldn't connect to the Veo API: network or host",
	],
	[
		'ECONNRESET',
		networkError('ECONNRESET'),
		'The connection was closed before the Veo API responded. ',
	],
	['ETIMEDOUT', networkError('ETIMEDOUT'), "The Veo API didn't respond in time. "],
	['CERT_HAS_EXPIRED', networkError('CERT_HAS_EXPIRED'), "Couldn't establish a secure connection"],
	['another failure', new Error('surprise'), "Couldn't connect to the Veo API from n8n. "],
])('%s is reported in a sentence of the node', async (_, response, message) => {
	expect(await run(response)).toEqual({
		status: 'Error',
		message: expect.stringMatching(new RegExp(`^${message.replace(/[().]/g, '\\$&')}.*\\.$`)),
	});
});

test.each([
	['no API key', { apiKey: ' ' }, "'API Key' is missing in the credential. "],
	['no base URL', { baseUrl: '' }, "'Base URL' in the credential isn't a URL. "],
	['no https://', { baseUrl: 'veo3o1.com/api' }, "'Base URL' in the credential isn't a URL. "],
	['another protocol', { baseUrl: 'ftp://a.b' }, "'Base URL' in the credential isn't a URL. "],
])('%s is reported without a request', async (_, data, message) => {
	const sent: object[] = [];
	const result = await run({ body: envelope(1000) }, data, sent);
	expect(result).toMatchObject({ status: 'Error', message: expect.stringContaining(message) });
	expect(sent).toEqual([]);
});

test('the key is not in the message', async () => {
	const { message } = await run({ statusCode: 404, body: `unknown key ${KEY}` });
	expect(message).toContain('unknown key *****');
});

test.each([
	['https://user:secret@api.example/v1', 'contains a user name or password'],
	['https://api.example/v1?a=b', 'contains a query or a fragment'],
	['https://api.example/v1#a', 'contains a query or a fragment'],
])('the base URL %s is refused in its own words, and nothing is sent', async (baseUrl, problem) => {
	const sent: object[] = [];
	const { status, message } = await run({ body: envelope(1000) }, { baseUrl }, sent);
	expect(status).toBe('Error');
	expect(message).toContain(`'Base URL' in the credential ${problem}`);
	expect(message).not.toContain('secret');
	expect(sent).toEqual([]);
});
