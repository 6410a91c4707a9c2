import fc from 'fast-check';
import { VeoClient } from '../../../nodes/Veo/api/client';
import { findId, parseId, parseJob } from '../../../nodes/Veo/api/parse';
import { parseResponseJson, type Json } from '../../../nodes/Veo/api/types';
import { videoIdFromText, videoIdProblem } from '../../../nodes/Veo/api/videoId';
import { jobJson } from '../../../nodes/Veo/output/itemJson';

const UUID = '8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f';

describe('a video ID', () => {
	it.each(['a', 'operations/abc', 'YWJj==', 'a b', '日本', '42', UUID, 'x'.repeat(512)])(
		'%s is valid',
		(id) => expect(videoIdProblem(id)).toBeUndefined(),
	);

	it.each([
		['', 'is empty'],
		['undefined', "is 'undefined'"],
		['[object Object]', "is '[object Object]'"],
		['..', 'contains invalid characters'],
		['../generate-video', 'contains invalid characters'],
		['a/..', 'contains invalid characters'],
		['-', 'contains invalid characters'],
		['a\ud800', 'contains invalid characters'],
		['a\u0000b', 'contains invalid characters'],
		['x'.repeat(513), 'is too long (maximum 512 characters)'],
		['https://example.com/watch', "is a URL that doesn't contain an ID"],
	])('%j %s', (id, problem) => expect(videoIdProblem(id)).toContain(problem));

	it('is the same in Generate and Get Status: what one accepts, the other does', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (id) => {
				const job = parseJob({ uuid: id });
				expect(job !== undefined).toBe(videoIdProblem(id.trim()) === undefined);
			}),
		);
	});
});

describe('a pasted URL', () => {
	it.each([
		[`https://veo3o1.com/api/video-status/${UUID}`, UUID],
		['https://gateway.example/v1/video-status/operations%2Fabc', 'operations/abc'],
		[`https://cdn.example/videos/${UUID}.mp4?expires=1`, UUID],
		['https://cdn.example/abc.webm', 'abc'],
		[`https://app.example/watch/${UUID}/share`, UUID],
	])('%s contains an ID', (url, id) => expect(videoIdFromText(url)).toBe(id));

	it.each(['https://example.com/watch', 'https://', 'abc', 'https://a.b/video-status/%E0%A4%A'])(
		'%s is returned unchanged',
		(text) => expect(videoIdFromText(text)).toBe(text),
	);
});

describe('the ID in a response', () => {
	it('keeps the digits of a number above 2^53', () => {
		const body = parseResponseJson(
			'{"data":{"uuid":12345678901234567890,"seed":42,"t":"1234567890123456789"}}',
		);
		expect(body).toEqual({
			data: { uuid: '12345678901234567890', seed: 42, t: '1234567890123456789' },
		});
	});

	it('is found in a list of one', () => expect(parseId(['abc'])).toBe('abc'));

	it.each<[string, Json]>([
		['in data', { code: 200, data: { uuid: 'v-1' } }],
		['beside data', { code: 0, uuid: 'v-1', data: {} }],
		['in a list', { code: 0, data: [{ uuid: 'v-1' }] }],
		['as data.id', { code: 0, data: { id: 'v-1' } }],
		['as a task', { code: 0, data: { taskId: 'v-1' } }],
	])('is found %s', (_, body) => expect(findId(body)).toBe('v-1'));

	it('is found as data itself only if it is a UUID', () => {
		expect(findId({ code: 0, data: UUID })).toBe(UUID);
		expect(findId({ code: 0, data: 'accepted' })).toBeUndefined();
	});

	it.each<Json | undefined>([undefined, null, [], 'v-1', { data: { requestId: 'r-1' } }])(
		'is absent in %j',
		(body) => expect(findId(body)).toBeUndefined(),
	);
});

describe('data that n8n cannot handle', () => {
	const deep = (levels: number): Json => {
		let value: Json = 'end';
		for (let level = 0; level < levels; level++) value = { value };
		return value;
	};

	it('a field nested 100,000 levels deep loses no ID', () => {
		const job = parseJob({
			uuid: 'v-1',
			status: 'failed',
			error: deep(100_000),
			more: deep(100_000),
		});
		expect(job).toMatchObject({
			uuid: 'v-1',
			failureReason: expect.stringContaining('too deeply'),
		});
		expect(() => JSON.stringify(job)).not.toThrow();
	});

	it('$error and $json, for which n8n replaces the item, get other names', () => {
		const job = parseJob({ uuid: 'v-1', $error: { message: 'x' }, $json: 1, error: 'y' });
		expect(job && jobJson(job)).toMatchObject({
			...{ uuid: 'v-1', api$error: { message: 'x' }, api$json: 1, apiError: 'y' },
		});
	});
});

describe('a status response', () => {
	const client = (data: object) =>
		new VeoClient(
			async () => ({
				status: 200,
				headers: {},
				text: JSON.stringify({ code: 0, msg: 'ok', data }),
			}),
			() => 0,
		);

	it('about another video is rejected', async () => {
		const result = await client({ uuid: 'v-2', status: 'completed' }).getVideoStatus('v-1');
		expect(result).toMatchObject({
			ok: false,
			error: { kind: 'malformed', detail: 'The response is about another video: v-2' },
		});
	});

	it.each([{ uuid: 'V-1' }, {}])('with %j is about the requested one', async (data) => {
		const result = await client({ ...data, status: 'pending' }).getVideoStatus('v-1');
		expect(result).toMatchObject({ ok: true, value: { uuid: 'v-1' } });
	});
});
