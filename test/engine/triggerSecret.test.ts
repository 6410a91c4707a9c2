/** The optional credential of the trigger: a secret header that webhook requests must contain. */
import { useEngine } from '../harness/setup';
import { testWebhookCredential, TriggerNode, type SecretFields } from '../harness/trigger';

const setup = useEngine();
const SECRET = { headerName: 'X-Webhook-Secret', headerValue: 'open sesame' };
const UNAVAILABLE = { message: 'Status temporarily unavailable, please retry' };

const triggerWith = (secret: SecretFields) => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	return new TriggerNode(setup.engine, { apiKey, baseUrl }, {}, secret);
};

/** Sends a request about a completed video to a trigger with this credential. */
async function send(headers: Record<string, string | string[]>, secret: SecretFields) {
	const uuid = await setup.sandbox.createJob({ status: 'completed' });
	return await triggerWith(secret).call({ body: { uuid }, headers });
}

describe('a request', () => {
	it.each<[string, Record<string, string | string[]>]>([
		['without the header', {}],
		['with a wrong value', { 'x-webhook-secret': 'open barley' }],
		['with an empty value', { 'x-webhook-secret': '' }],
		['with the value in another header', { 'x-secret': SECRET.headerValue }],
		['with several values', { 'x-webhook-secret': [SECRET.headerValue, SECRET.headerValue] }],
	])('%s is rejected with 401, and nothing is sent to the API', async (_, headers) => {
		expect(await send(headers, SECRET)).toEqual({
			...{ status: 401, body: { message: 'Missing or invalid secret' }, headers: {} },
			...{ items: undefined, logged: [] },
		});
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('with the right value starts the workflow', async () => {
		const response = await send({ 'x-webhook-secret': SECRET.headerValue }, SECRET);
		expect(response).toMatchObject({
			status: 200,
			body: { message: 'Event received' },
			logged: [],
		});
		expect(response.items?.map(({ json }) => json.status)).toEqual(['completed']);
	});

	it('with the header of another name in the credential starts the workflow', async () => {
		const secret = { ...SECRET, headerName: ' X-My-Secret ' };
		expect(await send({ 'x-my-secret': SECRET.headerValue }, secret)).toMatchObject({
			...{ status: 200, items: [{ json: { status: 'completed' } }] },
		});
	});
});

it('a complete credential allows publishing the workflow', async () => {
	await expect(triggerWith(SECRET).activate()).resolves.toBeUndefined();
});

describe('an incomplete credential', () => {
	describe.each([
		['no value', { headerValue: '' }, "'Header Value' is missing in the credential"],
		[
			'a value of whitespace',
			{ headerValue: ' \t' },
			"'Header Value' is missing in the credential",
		],
		['no name', { headerName: '' }, "'Header Name' in the credential can't be \"\""],
	])('with %s', (_, part, message) => {
		const secret = { ...SECRET, ...part };

		it('rejects every request with 503 and logs the reason', async () => {
			for (const value of ['', SECRET.headerValue]) {
				expect(await send({ 'x-webhook-secret': value }, secret)).toMatchObject({
					...{ status: 503, body: UNAVAILABLE, items: undefined, logged: [message] },
				});
			}
			expect(await setup.sandbox.journal()).toEqual([]);
		});

		it('prevents publishing the workflow', async () => {
			await expect(triggerWith(secret).activate()).rejects.toThrow(message);
		});
	});
});

describe('the credential test', () => {
	it('accepts a valid header', async () => {
		expect(await testWebhookCredential(setup.engine, SECRET)).toEqual({
			...{ status: 'OK', message: 'The header is valid' },
		});
	});

	it.each([
		[
			{ headerName: 'X Secret' },
			"'Header Name' in the credential can't be \"X Secret\". Use letters, digits and hyphens, e.g. X-Webhook-Secret.",
		],
		[
			{ headerValue: '' },
			"'Header Value' is missing in the credential. Open the 'Veo Webhook API' credential and enter the value.",
		],
	])('rejects %j', async (part, message) => {
		const credential = { ...SECRET, ...part };
		expect(await testWebhookCredential(setup.engine, credential)).toEqual({
			...{ status: 'Error', message },
		});
	});
});
