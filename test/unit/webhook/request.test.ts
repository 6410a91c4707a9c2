import {
	extractVideoId,
	isTooLarge,
	hasValidSecret,
	MAX_BODY_BYTES,
	type WebhookRequest,
} from '../../../nodes/Veo/webhook/request';
import { UUID } from '../support/simulatedApi';

const call = (more: Partial<WebhookRequest>): WebhookRequest => ({
	headers: {},
	query: {},
	body: undefined,
	rawBody: undefined,
	...more,
});

describe('the id that a call names', () => {
	it.each<[string, Partial<WebhookRequest>]>([
		['uuid of the body', { body: { uuid: UUID } }],
		['data.uuid of the body', { body: { event: 'x', data: { uuid: UUID } } }],
		['uuid of the query', { query: { uuid: UUID } }],
		['blanks around it are harmless', { body: { uuid: ` ${UUID}\n` } }],
		['the body comes before the query', { body: { uuid: UUID }, query: { uuid: 'other' } }],
		['an empty one is passed over', { body: { uuid: '' }, query: { uuid: UUID } }],
		['JSON of no content type', { rawBody: Buffer.from(`{"uuid":"${UUID}"}`) }],
		['JSON as text', { body: 'text', rawBody: Buffer.from(`{"data":{"uuid":"${UUID}"}}`) }],
	])('%s', (_, more) => {
		expect(extractVideoId(call(more))).toBe(UUID);
	});

	it('may be a number', () => {
		expect(extractVideoId(call({ body: { uuid: 42 } }))).toBe('42');
	});

	it.each<[string, Partial<WebhookRequest>]>([
		['nothing', {}],
		['null', { body: null }],
		['a list', { body: [{ uuid: UUID }] }],
		['an object in its place', { body: { uuid: { uuid: UUID } } }],
		['a list in its place', { query: { uuid: [UUID, UUID] } }],
		['bytes that are no JSON', { rawBody: Buffer.from([0xff, 0xfe, 0]) }],
		['a way out of the path', { body: { uuid: '../generate-video' } }],
		['an encoded way out', { body: { uuid: '%2e%2e%2fgenerate-video' } }],
		['dots alone', { body: { uuid: '..' } }],
		['a query', { body: { uuid: `${UUID}?x=1` } }],
		['a second line', { body: { uuid: `${UUID}\r\nX-Evil: 1` } }],
		['another host', { body: { uuid: '@evil.test' } }],
		['a URL', { body: { uuid: `https://evil.test/${UUID}` } }],
		['a very long one', { body: { uuid: 'a'.repeat(129) } }],
		['an inherited property', { body: Object.create({ uuid: UUID }) }],
		['what an expression leaves', { body: { uuid: 'undefined' } }],
		['a bad one, though another would be good', { body: { uuid: '/' }, query: { uuid: UUID } }],
	])('there is none in %s', (_, more) => {
		expect(extractVideoId(call(more))).toBeUndefined();
	});
});

describe('the secret', () => {
	const secret = { header: 'x-secret', value: 'open sesame' };
	const sent = (value: string | string[] | undefined) => call({ headers: { 'x-secret': value } });

	it('lets a call in that has it', () => {
		expect(hasValidSecret(sent('open sesame'), secret)).toBe(true);
	});

	it.each([
		['it is not sent', undefined],
		['it is empty', ''],
		['it is another', 'close sesame'],
		['it is of another case', 'Open Sesame'],
		['only its beginning is sent', 'open'],
		['more is sent', 'open sesame!'],
		['it is sent twice', 'open sesame, open sesame'],
		['it comes as a list', ['open sesame']],
	])('keeps a call out if %s', (_, value) => {
		expect(hasValidSecret(sent(value), secret)).toBe(false);
	});

	it('may have any letters: Node.js reads the bytes of headers as Latin-1', () => {
		const value = 'ключ 🔑';
		const asRead = Buffer.from(value).toString('latin1');
		expect(hasValidSecret(sent(asRead), { header: 'x-secret', value })).toBe(true);
	});

	it('is no inherited property of the headers', () => {
		const headers = Object.create({ 'x-secret': secret.value });
		expect(hasValidSecret(call({ headers }), secret)).toBe(false);
	});
});

describe('the size of a call', () => {
	const ofSize = (bytes: number) => call({ rawBody: Buffer.alloc(bytes) });
	const declared = (bytes: string) => call({ headers: { 'content-length': bytes } });

	it.each([
		['no body', call({}), false],
		['the largest body', ofSize(MAX_BODY_BYTES), false],
		['one byte more', ofSize(MAX_BODY_BYTES + 1), true],
		['a form that says so', declared(String(MAX_BODY_BYTES + 1)), true],
		['a small form', declared('2000'), false],
		['nonsense for a length', declared('many'), false],
	])('%s', (_, of, tooLarge) => {
		expect(isTooLarge(of)).toBe(tooLarge);
	});
});
