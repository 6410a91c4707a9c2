import {
	extractVideoId,
	isTooLarge,
	MAX_BODY_BYTES,
	type WebhookRequest,
} from '../../../nodes/Veo/webhook/request';
import { UUID } from '../support/simulatedApi';
import { createRequest } from '../support/webhookRequest';

describe('the video ID of a webhook request', () => {
	it.each<[string, Partial<WebhookRequest>]>([
		['uuid of the body', { body: { uuid: UUID } }],
		['data.uuid of the body', { body: { event: 'x', data: { uuid: UUID } } }],
		['uuid of the query', { query: { uuid: UUID } }],
		['uuid with surrounding whitespace', { body: { uuid: ` ${UUID}\n` } }],
		['uuid of the body rather than the query', { body: { uuid: UUID }, query: { uuid: 'other' } }],
		[
			'uuid of the query if that of the body is empty',
			{ body: { uuid: '' }, query: { uuid: UUID } },
		],
		['uuid of JSON without a content type', { rawBody: Buffer.from(`{"uuid":"${UUID}"}`) }],
		[
			'data.uuid of JSON sent as text',
			{ body: 'text', rawBody: Buffer.from(`{"data":{"uuid":"${UUID}"}}`) },
		],
	])('is %s', (_, parts) => {
		expect(extractVideoId(createRequest(parts))).toBe(UUID);
	});

	it('can be a number', () => {
		expect(extractVideoId(createRequest({ body: { uuid: 42 } }))).toBe('42');
	});

	it.each<[string, Partial<WebhookRequest>]>([
		['nothing', {}],
		['null', { body: null }],
		['a list', { body: [{ uuid: UUID }] }],
		['an object as uuid', { body: { uuid: { uuid: UUID } } }],
		['a list as uuid', { query: { uuid: [UUID, UUID] } }],
		['bytes that are not JSON', { rawBody: Buffer.from([0xff, 0xfe, 0]) }],
		['a path traversal', { body: { uuid: '../generate-video' } }],
		['an encoded path traversal', { body: { uuid: '%2e%2e%2fgenerate-video' } }],
		['only dots', { body: { uuid: '..' } }],
		['a query', { body: { uuid: `${UUID}?x=1` } }],
		['a second line', { body: { uuid: `${UUID}\r\nX-Evil: 1` } }],
		['another host', { body: { uuid: '@evil.test' } }],
		['a URL', { body: { uuid: `https://evil.test/${UUID}` } }],
		['too many characters', { body: { uuid: 'a'.repeat(129) } }],
		['an inherited property', { body: Object.create({ uuid: UUID }) }],
		['the result of an empty expression', { body: { uuid: 'undefined' } }],
		['an invalid uuid before a valid one', { body: { uuid: '/' }, query: { uuid: UUID } }],
	])('is missing if the request contains %s', (_, parts) => {
		expect(extractVideoId(createRequest(parts))).toBeUndefined();
	});
});

describe('the size of a webhook request', () => {
	const withBody = (bytes: number) => createRequest({ rawBody: Buffer.alloc(bytes) });
	const withLength = (length: string) => createRequest({ headers: { 'content-length': length } });

	it.each([
		['no body', createRequest({}), false],
		['the largest body', withBody(MAX_BODY_BYTES), false],
		['one more byte', withBody(MAX_BODY_BYTES + 1), true],
		['a form with a large content-length', withLength(String(MAX_BODY_BYTES + 1)), true],
		['a form with a small content-length', withLength('2000'), false],
		['an invalid content-length', withLength('many'), false],
	])('with %s', (_, request, expected) => {
		expect(isTooLarge(request)).toBe(expected);
	});
});
