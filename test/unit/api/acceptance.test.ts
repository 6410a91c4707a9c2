/** Which ends of a paid request may have been accepted (docs/credit-safety.md, rule 2). */
import { VeoClient } from '../../../nodes/Veo/api/client';
import { isSubmitRetryable, mayHaveBeenAccepted } from '../../../nodes/Veo/api/errors';
import type { HttpResponse, NetworkError } from '../../../nodes/Veo/api/http';
import { classifyNetworkError } from '../../../nodes/Veo/transport/networkErrors';

const request = { generationType: 'text_to_video' as const, prompt: 'a', aspectRatio: 'auto' };

async function submitError(response: Partial<HttpResponse> | NetworkError) {
	const sent = 'kind' in response ? response : { status: 200, headers: {}, text: '', ...response };
	const result = await new VeoClient(
		async () => sent,
		() => 0,
	).submit(request);
	if (result.ok) throw new Error('The submission succeeded');
	return result.error;
}

const inEnvelope = (code: number, data: unknown = {}, more: object = {}) =>
	JSON.stringify({ code, msg: 'm', data, ...more });

describe('without an envelope', () => {
	it.each([401, 403, 404, 405, 413, 415, 429])('HTTP %i was not accepted', async (status) => {
		expect(mayHaveBeenAccepted(await submitError({ status, text: '<h1>no</h1>' }))).toBe(false);
	});

	it.each([
		200, 201, 301, 302, 303, 307, 308, 400, 402, 408, 409, 410, 422, 425, 499, 500, 502, 503, 504,
	])('HTTP %i is in doubt', async (status) => {
		const error = await submitError({ status, text: '<h1>no</h1>' });
		expect([mayHaveBeenAccepted(error), isSubmitRetryable(error)]).toEqual([true, false]);
	});
});

describe('in an envelope', () => {
	it.each([
		[1000, false],
		[1001, false],
		[1002, false],
		[1003, true],
		[5000, true],
	])('code %i was not accepted (retried: %s)', async (code, isRetried) => {
		const error = await submitError({ status: 200, text: inEnvelope(code) });
		expect([mayHaveBeenAccepted(error), isSubmitRetryable(error)]).toEqual([false, isRetried]);
	});

	it.each([1003, 5000])('code %i with a uuid is in doubt and names it', async (code) => {
		const error = await submitError({ text: inEnvelope(code, { uuid: 'v-1' }) });
		expect(error.uuid).toBe('v-1');
		expect([mayHaveBeenAccepted(error), isSubmitRetryable(error)]).toEqual([true, false]);
	});

	it('the ID of the request in a rejection does not count as a video', async () => {
		const error = await submitError({ text: inEnvelope(5000, { id: 'r-1' }, { id: 'r-2' }) });
		expect(error).not.toHaveProperty('uuid');
		expect(mayHaveBeenAccepted(error)).toBe(false);
	});

	it.each([
		['code 200', { text: inEnvelope(200, { uuid: 'v-1' }) }],
		['code 0 with HTTP 500', { status: 500, text: inEnvelope(0, { uuid: 'v-1' }) }],
		['code 0 with HTTP 303', { status: 303, text: inEnvelope(0, { uuid: 'v-1' }) }],
		['the uuid beside data', { text: inEnvelope(0, {}, { uuid: 'v-1' }) }],
		['data as a list', { text: inEnvelope(0, [{ uuid: 'v-1' }]) }],
		['data.id', { text: inEnvelope(0, { id: 'v-1' }) }],
	])('%s is in doubt and names the video', async (_, response) => {
		const error = await submitError(response);
		expect(error.uuid).toBe('v-1');
		expect(mayHaveBeenAccepted(error)).toBe(true);
	});

	it.each([
		[4711, 200, true],
		[4711, 400, true],
		[4711, 404, false],
		[4711, 409, true],
	])('unknown code %i with HTTP %i: in doubt %s', async (code, status, inDoubt) => {
		expect(mayHaveBeenAccepted(await submitError({ status, text: inEnvelope(code) }))).toBe(
			inDoubt,
		);
	});
});

describe('without a response', () => {
	const thrown = (properties: object) =>
		Object.assign(new Error('n8n'), { cause: Object.assign(new Error('node'), properties) });
	const blocked = new Error(
		'The request was blocked because it resolves to a restricted IP address',
	);

	it.each<[string, unknown, string]>([
		['ECONNREFUSED', thrown({ code: 'ECONNREFUSED' }), 'refused'],
		['ENOTFOUND', thrown({ code: 'ENOTFOUND' }), 'dns'],
		['ENETUNREACH', thrown({ code: 'ENETUNREACH' }), 'unreachable'],
		['EHOSTUNREACH', thrown({ code: 'EHOSTUNREACH' }), 'unreachable'],
		['EMFILE', thrown({ code: 'EMFILE' }), 'local'],
		["n8n's SSRF protection", Object.assign(new Error('n8n'), { cause: blocked }), 'blocked'],
		['a timeout while connecting', thrown({ code: 'ETIMEDOUT', syscall: 'connect' }), 'timeout'],
		['several addresses', thrown({ errors: [{ code: 'EHOSTUNREACH' }] }), 'unreachable'],
	])('%s was not accepted', async (_, error, kind) => {
		const result = await submitError(classifyNetworkError(error));
		expect(result.kind).toBe(kind);
		expect(mayHaveBeenAccepted(result)).toBe(false);
	});

	it.each([
		['a reset', thrown({ code: 'ECONNRESET' })],
		['a timeout while reading', thrown({ code: 'ETIMEDOUT', syscall: 'read' })],
		['a cancellation', thrown({ code: 'ERR_CANCELED' })],
		['anything else', new Error('?')],
	])('%s is in doubt', async (_, error) => {
		const result = await submitError(classifyNetworkError(error));
		expect([mayHaveBeenAccepted(result), isSubmitRetryable(result)]).toEqual([true, false]);
	});
});
