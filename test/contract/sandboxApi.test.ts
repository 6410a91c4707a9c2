/** Details of the sandbox API: HTTP statuses, error messages, credits and the rate limit. */
import { useSandbox } from '../harness/sandbox';
import {
	clientFor,
	type Envelope,
	GENERATE,
	statusPath,
	submit,
	textToVideo,
	UPLOAD,
} from './support/api';
import { imageForm, IMAGES } from './support/images';

const setup = useSandbox({ jobSeconds: 0.3, credits: 10, keys: ['key-one', 'key-two'] });

const generate = async (fields: Record<string, unknown> = {}) =>
	await setup.api.post<Envelope>(GENERATE, textToVideo(fields));
const poll = async (uuid: string) => await setup.api.get<Envelope>(statusPath(uuid));

describe('keys', () => {
	test('every configured key is accepted', async () => {
		for (const key of ['key-one', 'key-two']) {
			const { data } = await clientFor(setup.sandbox, key).post<Envelope>(GENERATE, textToVideo());
			expect(data.code).toBe(0);
		}
	});

	test('the default key is rejected if other keys are configured', async () => {
		const { status } = await clientFor(setup.sandbox, 'sandbox-key').post(GENERATE, textToVideo());
		expect(status).toBe(401);
	});
});

describe('HTTP statuses of errors', () => {
	test('each code has its own status in the http style', async () => {
		expect((await generate({ prompt: '' })).status).toBe(400);
		expect((await poll('unknown')).status).toBe(404);
		expect((await clientFor(setup.sandbox, 'wrong').get(statusPath('any'))).status).toBe(401);
		await setup.sandbox.settings({ credits: 1 });
		expect((await generate()).status).toBe(402);
		await setup.sandbox.settings({ requestsPerMinute: 1 });
		await poll('unknown');
		expect((await poll('unknown')).status).toBe(429);
	});

	test('the status is always 200 in the ok style', async () => {
		await setup.sandbox.settings({ errorStyle: 'ok', credits: 1 });
		const responses = [
			await generate({ prompt: '' }),
			await poll('unknown'),
			await clientFor(setup.sandbox, 'wrong').get<Envelope>(statusPath('any')),
			await generate(),
		];
		expect(responses.map(({ status, data }) => [status, data.code])).toEqual([
			[200, 1000],
			[200, 1000],
			[200, 1002],
			[200, 1001],
		]);
	});

	test('an unknown video returns video not found', async () => {
		expect((await poll('unknown')).data).toEqual({ code: 1000, msg: 'video not found', data: {} });
	});

	test('an unknown endpoint returns an envelope', async () => {
		const { status, data } = await setup.api.get<Envelope>('/videos');
		expect([status, data.code]).toEqual([404, 1000]);
		expect(data.msg).toContain('GET /api/videos');
	});
});

describe('error messages name the invalid field', () => {
	test.each<[string, unknown, string]>([
		['a missing field', { prompt: 'x' }, 'generationType is missing'],
		[
			'an unsupported value',
			textToVideo({ aspectRatio: '4:3' }),
			'aspectRatio must be one of auto, 16:9, 9:16',
		],
		['a wrong type', textToVideo({ prompt: 7 }), 'prompt must be string'],
		['a blank prompt', textToVideo({ prompt: ' \n' }), 'prompt must not be empty'],
		[
			'an invalid image URL',
			textToVideo({ generationType: 'image_to_video', imageUrl: 'ftp://host/a.png' }),
			'imageUrl must be an http or https URL',
		],
		['invalid JSON', Buffer.from('{"prompt":'), 'the body must be JSON'],
		['an array', [], 'the body must be object'],
	])('%s', async (_name, body, reason) => {
		const headers = { 'content-type': 'application/json' };
		const { data } = await setup.api.post<Envelope>(GENERATE, body, { headers });
		expect(data.code).toBe(1000);
		expect(data.msg).toContain(reason);
		expect((await setup.sandbox.state()).credits).toBe(10);
	});
});

describe('unknown fields', () => {
	test('are echoed, but never replace fields of the contract', async () => {
		const reserved = { uuid: 'mine', status: 'mine', createdAt: 'mine' };
		const { data } = await generate({ seed: 42, style: { mood: 'calm' }, ...reserved });
		expect(data.data).toMatchObject({ seed: 42, style: { mood: 'calm' } });
		for (const field of Object.keys(reserved)) expect(data.data[field]).not.toBe('mine');
	});
});

describe('credits', () => {
	test('a video costs two, status requests and uploads are free', async () => {
		const uuid = await submit(setup.api);
		await poll(uuid);
		await setup.api.post(UPLOAD, imageForm(IMAGES['image/png']));
		expect((await setup.sandbox.state()).credits).toBe(8);
	});

	test('without enough credits the response is 1001 with the required and current credits', async () => {
		await setup.sandbox.settings({ credits: 3 });
		await submit(setup.api);
		expect((await generate()).data).toMatchObject({
			code: 1001,
			data: { required: 2, current: 1 },
		});
		expect((await setup.sandbox.state()).jobs).toHaveLength(1);
	});
});

describe('the rate limit', () => {
	test('the response above the limit is 1003 with Retry-After in seconds', async () => {
		await setup.sandbox.settings({ requestsPerMinute: 2 });
		await submit(setup.api);
		await poll('unknown');
		const { status, data, headers } = await generate();
		expect([status, data.code]).toEqual([429, 1003]);
		expect(String(headers['retry-after'])).toMatch(/^([1-9]|[1-5]\d|60)$/);
		expect((await setup.sandbox.state()).jobs).toHaveLength(1);
	});
});
