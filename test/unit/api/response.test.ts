import fc from 'fast-check';
import { parseResponse } from '../../../nodes/Veo/api/response';
import type { VeoError, VeoErrorKind } from '../../../nodes/Veo/api/errors';
import type { HttpResponse } from '../../../nodes/Veo/api/http';
import { envelope, httpResponse } from '../support/simulatedApi';

const NOW = Date.UTC(2026, 0, 1);

function parseError(response: HttpResponse): VeoError {
	const parsed = parseResponse(response, NOW);
	if (parsed.ok) throw new Error(`Unexpected success: ${JSON.stringify(parsed.value)}`);
	return parsed.error;
}

const CODES: ReadonlyArray<[number, VeoErrorKind]> = [
	[1000, 'invalidParameters'],
	[1001, 'insufficientCredits'],
	[1002, 'authentication'],
	[1003, 'rateLimited'],
	[5000, 'serverError'],
];
const STATUSES = [200, 201, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 504];

describe('a code of the API', () => {
	const combinations = CODES.flatMap(([code, kind]) =>
		STATUSES.map((status): [number, number, VeoErrorKind] => [code, status, kind]),
	);
	it.each(combinations)('%d with HTTP %d means %s', (code, status, kind) => {
		const error = parseError(envelope(code, { status, msg: 'the reason', data: { required: 2 } }));
		expect(error).toMatchObject({
			kind,
			code,
			httpStatus: status,
			detail: 'the reason',
			data: { required: 2 },
		});
	});

	it.each(CODES)('"%s" is parsed if a gateway rewrote it to a string', (code, kind) => {
		expect(parseError(envelope(String(code)))).toMatchObject({ kind, code });
	});

	it.each([200, 201, 202, 299])('0 with HTTP %d returns the data', (status) => {
		const parsed = parseResponse(envelope(0, { status, data: { uuid: 'u' } }), NOW);
		expect(parsed).toMatchObject({ ok: true, value: { data: { uuid: 'u' } } });
	});

	it('"0" is also a success', () => {
		const parsed = parseResponse(envelope('0', { data: { uuid: 'u' } }), NOW);
		expect(parsed).toMatchObject({ ok: true, value: { data: { uuid: 'u' } } });
	});

	it.each([400, 404, 500, 502, 503])('0 with HTTP %d is an error of a gateway', (status) => {
		const error = parseError(envelope(0, { status, data: { uuid: 'u' } }));
		expect(error).toMatchObject({ kind: 'gateway', code: 0, httpStatus: status });
	});

	it.each([undefined, null, 'text', 7, true, []])(
		'0 with the data %j is a malformed response',
		(data) => {
			expect(parseError(envelope(0, { data }))).toMatchObject({
				kind: 'malformed',
				code: 0,
				detail: 'The response has no data',
			});
		},
	);

	it.each<[number, number, VeoErrorKind]>([
		[4242, 200, 'unknownCode'],
		[-1, 200, 'unknownCode'],
		[1.5, 400, 'unknownCode'],
		[401, 401, 'authentication'],
		[7, 403, 'authentication'],
		[7, 429, 'rateLimited'],
	])('%d, which is unknown, with HTTP %d means %s', (code, status, kind) => {
		expect(parseError(envelope(code, { status }))).toMatchObject({ kind, code });
	});

	it.each<[string, VeoErrorKind]>([
		['{"code":"zero","data":{}}', 'malformed'],
		['{"code":"","data":{}}', 'malformed'],
		['{"code":null,"data":{}}', 'malformed'],
		['{"code":true,"data":{}}', 'malformed'],
		['{"data":{"uuid":"u"}}', 'malformed'],
		['{}', 'malformed'],
		['[]', 'malformed'],
		['"ok"', 'malformed'],
		['null', 'malformed'],
		['{"code":0,"msg":"ok","data":{', 'malformed'],
		['OK', 'malformed'],
		['', 'malformed'],
	])('is missing in %j with HTTP 200', (text, kind) => {
		expect(parseError(httpResponse(200, text)).kind).toBe(kind);
	});

	it('with a message that is not text has no detail', () => {
		expect(parseError(httpResponse(200, '{"code":1000,"msg":{"a":1}}')).detail).toBe('');
	});

	it('with data that is not an object has no data in the error', () => {
		expect(parseError(httpResponse(200, '{"code":1001,"data":[1]}')).data).toBeUndefined();
	});
});

describe('a response of a gateway in front of the API', () => {
	const page = (status: number) =>
		`<html>\r\n<head><title>${status}</title><style>h1 { color: red }</style></head>\r\n` +
		`<body><h1>${status} Bad Gateway</h1><script>track("x")</script><hr>nginx</body></html>`;
	const table: ReadonlyArray<[number, VeoErrorKind]> = [
		[400, 'notVeoApi'],
		[401, 'authentication'],
		[403, 'authentication'],
		[404, 'notVeoApi'],
		[405, 'notVeoApi'],
		[408, 'gateway'],
		[413, 'notVeoApi'],
		[429, 'rateLimited'],
		[500, 'gateway'],
		[502, 'gateway'],
		[503, 'gateway'],
		[504, 'gateway'],
		[520, 'gateway'],
	];

	it.each(table)(
		'HTTP %d with an HTML page means %s, and the detail has no tags',
		(status, kind) => {
			const error = parseError(httpResponse(status, page(status), { 'content-type': 'text/html' }));
			expect(error.kind).toBe(kind);
			expect(error.code).toBeUndefined();
			expect(error.detail).toBe(`${status} ${status} Bad Gateway nginx`);
		},
	);

	it.each(table)('HTTP %d without a body means %s', (status, kind) => {
		expect(parseError(httpResponse(status))).toMatchObject({
			kind,
			httpStatus: status,
			detail: '',
		});
	});

	it.each(table)('HTTP %d with other JSON means %s, and the detail quotes it', (status, kind) => {
		const text = '{"message":"a < b and b > c"}';
		const error = parseError(httpResponse(status, text, { 'content-type': 'application/json' }));
		expect(error).toMatchObject({ kind, detail: text });
	});

	it.each([301, 302, 307, 308])('HTTP %d is a redirect, and the detail is its target', (status) => {
		const error = parseError(
			httpResponse(status, 'Moved', { location: 'https://other.example/api' }),
		);
		expect(error).toMatchObject({ kind: 'redirect', detail: 'https://other.example/api' });
	});

	it('can be a redirect without a target', () => {
		expect(parseError(httpResponse(302))).toMatchObject({ kind: 'redirect', detail: '' });
	});

	it('with a long page has a short detail', () => {
		const { detail } = parseError(httpResponse(502, `<p>${'words and '.repeat(1000)}</p>`));
		expect(detail).toHaveLength(301);
		expect(detail.endsWith('…')).toBe(true);
	});

	it('has a single line as detail, and so has a long message of the API', () => {
		const { detail } = parseError(envelope(1000, { msg: `first\n\tsecond ${'x'.repeat(999)}` }));
		expect(detail.startsWith('first second x')).toBe(true);
		expect(detail).toHaveLength(301);
	});
});

describe('Retry-After', () => {
	it.each([
		['throttling with the envelope', envelope(1003, { headers: { 'retry-after': '7' } })],
		['throttling without the envelope', httpResponse(429, '', { 'retry-after': '7' })],
		['an unavailable gateway', httpResponse(503, '<p>', { 'retry-after': '7' })],
	])('is parsed for %s', (_, response) => {
		expect(parseError(response).retryAfterMs).toBe(7000);
	});

	it('is undefined if the server did not send it', () => {
		expect(parseError(httpResponse(503)).retryAfterMs).toBeUndefined();
	});
});

describe('any response', () => {
	it('is parsed without an exception, and a success always has data', () => {
		const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"code":0,"data":{"uuid":"u"}}'));
		fc.assert(
			fc.property(fc.integer({ min: 200, max: 599 }), text, (status, body) => {
				const parsed = parseResponse(httpResponse(status, body), NOW);
				if (parsed.ok) {
					expect(status).toBeLessThan(300);
					expect(JSON.parse(body)).toMatchObject({ data: parsed.value.data });
				} else {
					expect(parsed.error.httpStatus).toBe(status);
					expect(parsed.error.detail.length).toBeLessThanOrEqual(301);
				}
			}),
			{ numRuns: 1000 },
		);
	});
});

it('HTTP 303 does not reveal whether a POST was processed', () => {
	const response = httpResponse(303, '', { location: '/done' });
	expect(parseError(response).kind).toBe('malformed');
});
