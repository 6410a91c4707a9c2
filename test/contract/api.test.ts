/**
 * The contract of the Veo API, tested with the sandbox in both error styles. If VEO_API_KEY is set,
 * it is tested with the real API instead, at VEO_BASE_URL or the public URL. Generate requests,
 * valid or not, are sent there only if VEO_SPEND=1, because they can cost credits.
 */
import type { AxiosInstance } from 'axios';

import { apiClient, useSandbox } from '../harness/sandbox';
import {
	type Envelope,
	GENERATE,
	isFinished,
	pollUntil,
	statusPath,
	submit,
	textToVideo,
	UPLOAD,
} from './support/api';
import { imageForm, IMAGES } from './support/images';

interface Target {
	baseUrl: string;
	key: string;
	pollIntervalMs: number;
}

const { VEO_API_KEY, VEO_BASE_URL = 'https://veo3o1.com/api', VEO_SPEND } = process.env;
const VIDEO_TIMEOUT_MS = VEO_API_KEY ? 15 * 60_000 : 30_000;
const canGenerate = !VEO_API_KEY || VEO_SPEND === '1';

const testSandbox = (errorStyle: 'http' | 'ok') => {
	const setup = useSandbox({ jobSeconds: 0.3, errorStyle });
	testContract(() => {
		const { baseUrl, key } = setup.sandbox;
		return { baseUrl, key, pollIntervalMs: 20 };
	});
};

if (VEO_API_KEY) {
	const real = { baseUrl: VEO_BASE_URL, key: VEO_API_KEY, pollIntervalMs: 5000 };
	describe('the real Veo API', () => testContract(() => real));
} else {
	describe('the sandbox, errors as HTTP errors', () => testSandbox('http'));
	describe('the sandbox, errors as HTTP 200', () => testSandbox('ok'));
}

/** @param getTarget is called when the target is running */
function testContract(getTarget: () => Target): void {
	let target: Target;
	let api: AxiosInstance;

	beforeAll(() => {
		target = getTarget();
		api = apiClient(target.baseUrl, target.key);
	});

	const generate = async (body: unknown) => (await api.post<Envelope>(GENERATE, body)).data;
	const upload = async (form: FormData) => (await api.post<Envelope>(UPLOAD, form)).data;

	describe('authentication', () => {
		const keys: Array<[string, string | null]> = [
			['a wrong key', 'not-a-key'],
			['no key', null],
		];
		test.each(keys)('%s is rejected with 1002 by a status request', async (_name, key) => {
			const { data } = await apiClient(target.baseUrl, key).get<Envelope>(statusPath('any'));
			expect(data).toMatchObject({ code: 1002, msg: expect.any(String) });
		});

		test.each(keys)('%s is rejected with 1002 by an upload', async (_name, key) => {
			const form = imageForm(IMAGES['image/png']);
			const { data } = await apiClient(target.baseUrl, key).post<Envelope>(UPLOAD, form);
			expect(data).toMatchObject({ code: 1002, msg: expect.any(String) });
		});

		if (canGenerate) {
			test.each(keys)(
				'%s is rejected with 1002 before the request is validated',
				async (_name, key) => {
					const { data } = await apiClient(target.baseUrl, key).post<Envelope>(GENERATE, {
						prompt: 1,
					});
					expect(data.code).toBe(1002);
				},
			);
		}
	});

	describe('the status of a video', () => {
		test('an unknown ID returns an error in the envelope, but not an authentication error', async () => {
			const unknown = '00000000-0000-4000-8000-000000000000';
			const { data } = await api.get<Envelope>(statusPath(unknown));
			expect(data).toMatchObject({ code: expect.any(Number), msg: expect.any(String) });
			expect([0, 1002]).not.toContain(data.code);
		});
	});

	describe('uploading an image', () => {
		test.each(Object.entries(IMAGES))(
			'an %s returns a URL and a storage key',
			async (type, bytes) => {
				const response = await upload(imageForm(bytes, `frame.${type.slice(6)}`, type));
				expect(response).toMatchObject({
					code: 0,
					data: { imageUrl: expect.stringMatching(/^https?:/), imageKey: expect.any(String) },
				});
			},
		);

		test('a file that is not an image is rejected with 1000', async () => {
			const response = await upload(imageForm(Buffer.from('just text'), 'a.txt', 'text/plain'));
			expect(response.code).toBe(1000);
		});

		test('an empty file is rejected with 1000', async () => {
			expect((await upload(imageForm(Buffer.alloc(0)))).code).toBe(1000);
		});

		test('a form without a part named file is rejected with 1000', async () => {
			const form = new FormData();
			form.append('picture', new Blob([IMAGES['image/png']], { type: 'image/png' }), 'a.png');
			expect((await upload(form)).code).toBe(1000);
		});
	});

	if (!canGenerate) return;

	describe('generating a video', () => {
		test('a prompt creates a pending job', async () => {
			const before = Date.now();
			const { code, data } = await generate(textToVideo({ aspectRatio: '9:16' }));
			expect(code).toBe(0);
			expect(data).toMatchObject({
				uuid: expect.stringMatching(/\S/),
				status: 'pending',
				generationType: 'text_to_video',
				prompt: 'A lighthouse at dawn',
				aspectRatio: '9:16',
				createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
			});
			expect(Math.abs(Date.parse(String(data.createdAt)) - before)).toBeLessThan(24 * 3600_000);
		});

		test('the default aspect ratio is auto', async () => {
			expect(await generate(textToVideo())).toMatchObject({
				code: 0,
				data: { aspectRatio: 'auto' },
			});
		});

		test('an uploaded image can be used as the first frame', async () => {
			const { data: image } = await upload(imageForm(IMAGES['image/png']));
			const body = textToVideo({ generationType: 'image_to_video', ...image });
			expect(await generate(body)).toMatchObject({
				code: 0,
				data: { generationType: 'image_to_video', status: 'pending' },
			});
		});

		test.each<[string, unknown]>([
			['no generationType', { prompt: 'A lighthouse' }],
			['an unknown generationType', textToVideo({ generationType: 'sound_to_video' })],
			['no prompt', { generationType: 'text_to_video' }],
			['an empty prompt', textToVideo({ prompt: '' })],
			['a prompt that is not a string', textToVideo({ prompt: 7 })],
			['an unknown aspect ratio', textToVideo({ aspectRatio: '4:3' })],
			['image_to_video without an image', textToVideo({ generationType: 'image_to_video' })],
		])('%s is rejected with 1000 and a reason', async (_name, body) => {
			const response = await generate(body);
			expect(response).toMatchObject({ code: 1000, msg: expect.stringMatching(/\S/) });
		});

		test(
			'a completed job has a video URL, an unfinished one has none',
			async () => {
				const uuid = await submit(api);
				const samples = await pollUntil(api, uuid, isFinished, target.pollIntervalMs);
				const last = samples.at(-1);
				expect(last).toMatchObject({ uuid, status: 'completed' });
				for (const sample of samples.slice(0, -1)) {
					expect(['pending', 'processing']).toContain(sample.status);
					expect(sample.videoUrl ?? null).toBeNull();
				}
				const video = await apiClient(target.baseUrl, null).get<ArrayBuffer>(
					String(last?.videoUrl),
					{
						responseType: 'arraybuffer',
						maxRedirects: 5,
					},
				);
				expect(video.status).toBe(200);
				expect(Buffer.from(video.data).toString('latin1', 4, 8)).toBe('ftyp');
			},
			VIDEO_TIMEOUT_MS,
		);
	});
}
