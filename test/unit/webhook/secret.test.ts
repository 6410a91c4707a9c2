import fc from 'fast-check';
import { hasValidSecret, parseSecret } from '../../../nodes/Veo/webhook/secret';
import { createRequest } from '../support/webhookRequest';

describe('a webhook request', () => {
	const secret = { header: 'x-secret', value: 'open sesame' };
	const withHeader = (value: string | string[] | undefined) =>
		createRequest({ headers: { 'x-secret': value } });

	it('is accepted with the secret', () => {
		expect(hasValidSecret(withHeader('open sesame'), secret)).toBe(true);
	});

	it.each([
		['the header is missing', undefined],
		['the header is empty', ''],
		['the value is wrong', 'close sesame'],
		['the case is wrong', 'Open Sesame'],
		['only the beginning is sent', 'open'],
		['more is sent', 'open sesame!'],
		['the header is sent twice', 'open sesame, open sesame'],
		['the header is a list', ['open sesame']],
	])('is rejected if %s', (_, value) => {
		expect(hasValidSecret(withHeader(value), secret)).toBe(false);
	});

	it('can have a secret with any letters: Node.js decodes headers as Latin-1', () => {
		const value = 'ключ 🔑';
		const received = Buffer.from(value).toString('latin1');
		expect(hasValidSecret(withHeader(received), { header: 'x-secret', value })).toBe(true);
	});

	it('is rejected if the secret is an inherited property of the headers', () => {
		const headers = Object.create({ 'x-secret': secret.value });
		expect(hasValidSecret(createRequest({ headers }), secret)).toBe(false);
	});
});

describe('a user who enters the secret', () => {
	it.each([
		['X-Webhook-Secret', 's3cret', { header: 'x-webhook-secret', value: 's3cret' }],
		[' X-Mine ', ' s3 ', { header: 'x-mine', value: 's3' }],
		['authorization', 'Bearer a b', { header: 'authorization', value: 'Bearer a b' }],
		["!#$%&'*+.^`|~-_9", 'ключ', { header: "!#$%&'*+.^`|~-_9", value: 'ключ' }],
	])('can use the header %j with the value %j', (headerName, headerValue, secret) => {
		expect(parseSecret(headerName, headerValue)).toEqual({ ok: true, value: secret });
	});

	it.each([
		['', '""'],
		['  ', '""'],
		['a b', '"a b"'],
		['X-Secret:', '"X-Secret:"'],
		['X\r\nEvil', '"X\\r\\nEvil"'],
		['Schlüssel', '"Schlüssel"'],
		[undefined, '""'],
		[null, '""'],
		[7, '""'],
	])("reads that the header can't be %j", (headerName, quoted) => {
		expect(parseSecret(headerName, 's3cret')).toEqual({
			ok: false,
			error: {
				message: `'Header Name' in the credential can't be ${quoted}`,
				description: 'Use letters, digits and hyphens, e.g. X-Webhook-Secret.',
			},
		});
	});

	it.each(['', ' ', '\n', undefined, null, 7, {}])(
		'reads that the value is missing if it is %j',
		(headerValue) => {
			expect(parseSecret('X-Webhook-Secret', headerValue)).toEqual({
				ok: false,
				error: {
					message: "'Header Value' is missing in the credential",
					description: "Open the 'Veo Webhook API' credential and enter the value.",
				},
			});
		},
	);

	it('never gets a secret that a request without it satisfies', () => {
		const anyField = fc.oneof(fc.string(), fc.constantFrom(undefined, null, 7));
		fc.assert(
			fc.property(anyField, anyField, (headerName, headerValue) => {
				const secret = parseSecret(headerName, headerValue);
				if (!secret.ok) return;
				expect(hasValidSecret(createRequest({}), secret.value)).toBe(false);
				const headers = { [secret.value.header]: '' };
				expect(hasValidSecret(createRequest({ headers }), secret.value)).toBe(false);
			}),
		);
	});
});
