import fc from 'fast-check';
import { parseResponse } from '../../../nodes/Veo/api/response';
import type { VeoError, VeoErrorKind } from '../../../nodes/Veo/api/errors';
import type { HttpResponse } from '../../../nodes/Veo/api/http';
import { answer, envelope } from '../support/simulatedApi';

const NOW = Date.UTC(2026, 0, 1);

function failureOf(sent: HttpResponse): VeoError {
	const read = parseResponse(sent, NOW);
	if (read.ok) throw new Error(`It was taken for a success: ${JSON.stringify(read.data)}`);
	return read.error;
}

const CODES: ReadonlyArray<[number, VeoErrorKind]> = [
	[1000, 'invalidParameters'],
	[1001, 'insufficientCredits'],
	[1002, 'authentication'],
	[1003, 'rateLimited'],
	[5000, 'serverFault'],
];
const STATUSES = [200, 201, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 504];

describe("the API's codes", () => {
	const everywhere = CODES.flatMap(([code, kind]) =>
		STATUSES.map((status): [number, number, VeoErrorKind] => [code, status, kind]),
	);
	it.each(everywhere)('code %d with HTTP %d means %s', (code, status, kind) => {
		const error = failureOf(envelope(code, { status, msg: 'its words', data: { required: 2 } }));
		expect(error).toMatchObject({
			kind,
			code,
			httpStatus: status,
			detail: 'its words',
			data: { required: 2 },
		});
	});

	it.each(CODES)('code "%s" is read where a gateway made text of it', (code, kind) => {
		expect(failureOf(envelope(String(code)))).toMatchObject({ kind, code });
	});

	it.each([200, 201, 202, 299])('code 0 with HTTP %d hands on the data', (status) => {
		const read = parseResponse(envelope(0, { status, data: { uuid: 'u' } }), NOW);
		expect(read).toMatchObject({ ok: true, data: { uuid: 'u' } });
	});

	it('code "0" is a success as well', () => {
		const read = parseResponse(envelope('0', { data: { uuid: 'u' } }), NOW);
		expect(read).toMatchObject({ ok: true, data: { uuid: 'u' } });
	});

	it.each([400, 404, 500, 502, 503])(
		'code 0 with HTTP %d is not believed: something in between failed',
		(status) => {
			const error = failureOf(envelope(0, { status, data: { uuid: 'u' } }));
			expect(error).toMatchObject({ kind: 'gateway', code: 0, httpStatus: status });
		},
	);

	it.each([undefined, null, 'text', 7, true, []])(
		'code 0 with the data %j is an answer that cannot be understood',
		(data) => {
			expect(failureOf(envelope(0, { data }))).toMatchObject({
				kind: 'malformed',
				code: 0,
				detail: 'The answer has no data',
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
	])('the unknown code %d with HTTP %d means %s', (code, status, kind) => {
		expect(failureOf(envelope(code, { status }))).toMatchObject({ kind, code });
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
	])('%j with HTTP 200 is no envelope', (text, kind) => {
		expect(failureOf(answer(200, text)).kind).toBe(kind);
	});

	it('a message that is no text is left out', () => {
		expect(failureOf(answer(200, '{"code":1000,"msg":{"a":1}}')).detail).toBe('');
	});

	it('data that is no object is left out of a failure', () => {
		expect(failureOf(answer(200, '{"code":1001,"data":[1]}')).data).toBeUndefined();
	});
});

describe('answers of a gateway in front of the API', () => {
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

	it.each(table)('HTTP %d with a page of HTML means %s, in words without tags', (status, kind) => {
		const error = failureOf(answer(status, page(status), { 'content-type': 'text/html' }));
		expect(error.kind).toBe(kind);
		expect(error.code).toBeUndefined();
		expect(error.detail).toBe(`${status} ${status} Bad Gateway nginx`);
	});

	it.each(table)('HTTP %d with nothing means %s', (status, kind) => {
		expect(failureOf(answer(status))).toMatchObject({ kind, httpStatus: status, detail: '' });
	});

	it.each(table)('HTTP %d with JSON of its own means %s and is quoted', (status, kind) => {
		const text = '{"message":"a < b and b > c"}';
		const error = failureOf(answer(status, text, { 'content-type': 'application/json' }));
		expect(error).toMatchObject({ kind, detail: text });
	});

	it.each([301, 302, 307, 308])('HTTP %d says where it leads', (status) => {
		const error = failureOf(answer(status, 'Moved', { location: 'https://other.example/api' }));
		expect(error).toMatchObject({ kind: 'redirect', detail: 'https://other.example/api' });
	});

	it('a redirect that leads nowhere is one all the same', () => {
		expect(failureOf(answer(302))).toMatchObject({ kind: 'redirect', detail: '' });
	});

	it('a long page is cut to what a user will read', () => {
		const { detail } = failureOf(answer(502, `<p>${'words and '.repeat(1000)}</p>`));
		expect(detail).toHaveLength(301);
		expect(detail.endsWith('…')).toBe(true);
	});

	it('a long message of the API is cut as well, and put on one line', () => {
		const { detail } = failureOf(envelope(1000, { msg: `first\n\tsecond ${'x'.repeat(999)}` }));
		expect(detail.startsWith('first second x')).toBe(true);
		expect(detail).toHaveLength(301);
	});
});

describe('Retry-After', () => {
	it.each([
		['a refusal in the envelope', envelope(1003, { headers: { 'retry-after': '7' } })],
		['a refusal without one', answer(429, '', { 'retry-after': '7' })],
		['a gateway that is down', answer(503, '<p>', { 'retry-after': '7' })],
	])('is read from %s', (_, sent) => {
		expect(failureOf(sent).retryAfterMs).toBe(7000);
	});

	it('is nothing where the server did not say', () => {
		expect(failureOf(answer(503)).retryAfterMs).toBeUndefined();
	});
});

describe('whatever a server sends', () => {
	it('is judged without throwing, and a success always has data', () => {
		const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"code":0,"data":{"uuid":"u"}}'));
		fc.assert(
			fc.property(fc.integer({ min: 200, max: 599 }), text, (status, sent) => {
				const read = parseResponse(answer(status, sent), NOW);
				if (read.ok) {
					expect(status).toBeLessThan(300);
					expect(JSON.parse(sent)).toMatchObject({ data: read.data });
				} else {
					expect(read.error.httpStatus).toBe(status);
					expect(read.error.detail.length).toBeLessThanOrEqual(301);
				}
			}),
			{ numRuns: 1000 },
		);
	});
});

it('HTTP 303 leaves open whether a POST was carried out', () => {
	const answered = parseResponse({ status: 303, headers: { location: '/done' }, text: '' }, 0);
	expect(answered).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
});
