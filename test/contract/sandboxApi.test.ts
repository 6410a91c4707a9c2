/** What the sandbox adds to the contract: exact HTTP statuses and reasons, credits and limits. */
import type { AxiosInstance } from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import {
	apiOf,
	type Envelope,
	formWith,
	GENERATE,
	IMAGES,
	statusOf,
	submit,
	textToVideo,
	UPLOAD,
} from './support';

let sandbox: Sandbox;
let api: AxiosInstance;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.3, credits: 10, keys: ['key-one', 'key-two'] });
	api = apiOf(sandbox);
});
afterEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.close());

const generate = async (more: Record<string, unknown> = {}) =>
	await api.post<Envelope>(GENERATE, textToVideo(more));
const look = async (uuid: string) => await api.get<Envelope>(statusOf(uuid));

describe('keys', () => {
	test('every key given at the start is accepted', async () => {
		for (const key of ['key-one', 'key-two']) {
			const { data } = await apiOf(sandbox, key).post<Envelope>(GENERATE, textToVideo());
			expect(data.code).toBe(0);
		}
	});

	test('the default key is not accepted beside them', async () => {
		const { status } = await apiOf(sandbox, 'sandbox-key').post(GENERATE, textToVideo());
		expect(status).toBe(401);
	});
});

describe('HTTP statuses of errors', () => {
	test('in the http style each code has its own', async () => {
		expect((await generate({ prompt: '' })).status).toBe(400);
		expect((await look('unknown')).status).toBe(404);
		expect((await apiOf(sandbox, 'wrong').get(statusOf('any'))).status).toBe(401);
		await sandbox.settings({ credits: 1 });
		expect((await generate()).status).toBe(402);
		await sandbox.settings({ requestsPerMinute: 1 });
		await look('unknown');
		expect((await look('unknown')).status).toBe(429);
	});

	test('in the ok style all are 200', async () => {
		await sandbox.settings({ errorStyle: 'ok', credits: 1 });
		const answers = [
			await generate({ prompt: '' }),
			await look('unknown'),
			await apiOf(sandbox, 'wrong').get<Envelope>(statusOf('any')),
			await generate(),
		];
		expect(answers.map(({ status, data }) => [status, data.code])).toEqual([
			[200, 1000],
			[200, 1000],
			[200, 1002],
			[200, 1001],
		]);
	});

	test('an unknown video says so', async () => {
		expect((await look('unknown')).data).toEqual({ code: 1000, msg: 'video not found', data: {} });
	});

	test('an unknown endpoint is an envelope too', async () => {
		const { status, data } = await api.get<Envelope>('/videos');
		expect([status, data.code]).toEqual([404, 1000]);
		expect(data.msg).toContain('GET /api/videos');
	});
});

describe('refusals name what is wrong', () => {
	test.each<[string, unknown, string]>([
		['a missing field', { prompt: 'x' }, 'generationType is missing'],
		[
			'a wrong choice',
			textToVideo({ aspectRatio: '4:3' }),
			'aspectRatio must be one of auto, 16:9, 9:16',
		],
		['a wrong type', textToVideo({ prompt: 7 }), 'prompt must be string'],
		['a blank prompt', textToVideo({ prompt: ' \n' }), 'prompt must not be empty'],
		[
			'an image URL that is none',
			textToVideo({ generationType: 'image_to_video', imageUrl: 'ftp://host/a.png' }),
			'imageUrl must be an http or https URL',
		],
		['text that is no JSON', Buffer.from('{"prompt":'), 'the body must be JSON'],
		['a list', [], 'the body must be object'],
	])('%s', async (_name, body, reason) => {
		const headers = { 'content-type': 'application/json' };
		const { data } = await api.post<Envelope>(GENERATE, body, { headers });
		expect(data.code).toBe(1000);
		expect(data.msg).toContain(reason);
		expect((await sandbox.state()).credits).toBe(10);
	});
});

describe('fields beyond the contract', () => {
	test('come back under their names, and never displace the contract’s own', async () => {
		const own = { uuid: 'mine', status: 'mine', createdAt: 'mine' };
		const { data } = await generate({ seed: 42, style: { mood: 'calm' }, ...own });
		expect(data.data).toMatchObject({ seed: 42, style: { mood: 'calm' } });
		for (const field of Object.keys(own)) expect(data.data[field]).not.toBe('mine');
	});
});

describe('credits', () => {
	test('a video takes two; looking and uploading take none', async () => {
		const uuid = await submit(api);
		await look(uuid);
		await api.post(UPLOAD, formWith(IMAGES['image/png']));
		expect((await sandbox.state()).credits).toBe(8);
	});

	test('when they run out the answer is 1001 with what is needed and what is there', async () => {
		await sandbox.settings({ credits: 3 });
		await submit(api);
		expect((await generate()).data).toMatchObject({
			code: 1001,
			data: { required: 2, current: 1 },
		});
		expect((await sandbox.state()).jobs).toHaveLength(1);
	});
});

describe('the rate limit', () => {
	test('over it the answer is 1003 with seconds to wait', async () => {
		await sandbox.settings({ requestsPerMinute: 2 });
		await submit(api);
		await look('unknown');
		const { status, data, headers } = await generate();
		expect([status, data.code]).toEqual([429, 1003]);
		expect(String(headers['retry-after'])).toMatch(/^([1-9]|[1-5]\d|60)$/);
		expect((await sandbox.state()).jobs).toHaveLength(1);
	});
});
