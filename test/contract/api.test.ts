/**
 * The contract of the Veo API. It is checked on the sandbox in both ways of answering errors, or,
 * with VEO_API_KEY set, on the real service (VEO_BASE_URL or the public one). There it spends
 * nothing unless VEO_SPEND=1: only then are videos asked for, well or badly.
 */
import type { AxiosInstance } from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import {
	apiAt,
	type Envelope,
	formWith,
	GENERATE,
	hasEnded,
	IMAGES,
	lookUntil,
	statusOf,
	submit,
	textToVideo,
	UPLOAD,
} from './support';

interface Target {
	baseUrl: string;
	key: string;
	close: () => Promise<void>;
	/** Between two looks at a job. */
	pollMs: number;
}

const { VEO_API_KEY, VEO_BASE_URL = 'https://veo3o1.com/api', VEO_SPEND } = process.env;
const VIDEO_TAKES_MS = VEO_API_KEY ? 15 * 60_000 : 30_000;
const mayGenerate = !VEO_API_KEY || VEO_SPEND === '1';

const sandboxTarget = async (errorStyle: 'http' | 'ok'): Promise<Target> => {
	const sandbox: Sandbox = await startSandbox({ jobSeconds: 0.3, errorStyle });
	return { baseUrl: sandbox.baseUrl, key: sandbox.key, close: sandbox.close, pollMs: 20 };
};

if (VEO_API_KEY) {
	const real = { baseUrl: VEO_BASE_URL, key: VEO_API_KEY, close: async () => {}, pollMs: 5000 };
	describe('the real Veo API', () => contract(async () => real));
} else {
	describe('the sandbox, errors as HTTP errors', () => contract(() => sandboxTarget('http')));
	describe('the sandbox, errors as HTTP 200', () => contract(() => sandboxTarget('ok')));
}

function contract(start: () => Promise<Target>): void {
	let target: Target;
	let api: AxiosInstance;

	beforeAll(async () => {
		target = await start();
		api = apiAt(target.baseUrl, target.key);
	});
	afterAll(async () => await target.close());

	const generate = async (body: unknown) => (await api.post<Envelope>(GENERATE, body)).data;
	const upload = async (form: FormData) => (await api.post<Envelope>(UPLOAD, form)).data;

	describe('authentication', () => {
		const keys: Array<[string, string | null]> = [
			['a wrong key', 'not-a-key'],
			['no key', null],
		];
		test.each(keys)('%s is refused with 1002 when looking at a video', async (_name, key) => {
			const { data } = await apiAt(target.baseUrl, key).get<Envelope>(statusOf('any'));
			expect(data).toMatchObject({ code: 1002, msg: expect.any(String) });
		});

		test.each(keys)('%s is refused with 1002 when uploading', async (_name, key) => {
			const form = formWith(IMAGES['image/png']);
			const { data } = await apiAt(target.baseUrl, key).post<Envelope>(UPLOAD, form);
			expect(data).toMatchObject({ code: 1002, msg: expect.any(String) });
		});

		if (mayGenerate) {
			test.each(keys)(
				'%s is refused with 1002 before the request is judged',
				async (_name, key) => {
					const { data } = await apiAt(target.baseUrl, key).post<Envelope>(GENERATE, { prompt: 1 });
					expect(data.code).toBe(1002);
				},
			);
		}
	});

	describe('looking at a video', () => {
		test('an id that no video has is an error in the envelope, and no question of the key', async () => {
			const unknown = '00000000-0000-4000-8000-000000000000';
			const { data } = await api.get<Envelope>(statusOf(unknown));
			expect(data).toMatchObject({ code: expect.any(Number), msg: expect.any(String) });
			expect([0, 1002]).not.toContain(data.code);
		});
	});

	describe('uploading an image', () => {
		test.each(Object.entries(IMAGES))(
			'an %s gives a URL and a storage key',
			async (type, bytes) => {
				const answer = await upload(formWith(bytes, `frame.${type.slice(6)}`, type));
				expect(answer).toMatchObject({
					code: 0,
					data: { imageUrl: expect.stringMatching(/^https?:/), imageKey: expect.any(String) },
				});
			},
		);

		test('a file that is no image is refused with 1000', async () => {
			const answer = await upload(formWith(Buffer.from('just text'), 'a.txt', 'text/plain'));
			expect(answer.code).toBe(1000);
		});

		test('an empty file is refused with 1000', async () => {
			expect((await upload(formWith(Buffer.alloc(0)))).code).toBe(1000);
		});

		test('a form without a part named file is refused with 1000', async () => {
			const form = new FormData();
			form.append('picture', new Blob([IMAGES['image/png']], { type: 'image/png' }), 'a.png');
			expect((await upload(form)).code).toBe(1000);
		});
	});

	if (!mayGenerate) return;

	describe('asking for a video', () => {
		test('a prompt is answered with a pending job', async () => {
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

		test('the aspect ratio is auto unless told', async () => {
			expect(await generate(textToVideo())).toMatchObject({
				code: 0,
				data: { aspectRatio: 'auto' },
			});
		});

		test('an uploaded image can be the first frame', async () => {
			const { data: image } = await upload(formWith(IMAGES['image/png']));
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
			['a prompt that is no text', textToVideo({ prompt: 7 })],
			['an unknown aspect ratio', textToVideo({ aspectRatio: '4:3' })],
			['image_to_video without an image', textToVideo({ generationType: 'image_to_video' })],
		])('%s is refused with 1000 and a reason', async (_name, body) => {
			const answer = await generate(body);
			expect(answer).toMatchObject({ code: 1000, msg: expect.stringMatching(/\S/) });
		});

		test(
			'a job becomes a video at its URL, and there is no URL before',
			async () => {
				const uuid = await submit(api);
				const looks = await lookUntil(api, uuid, hasEnded, target.pollMs);
				const last = looks.at(-1);
				expect(last).toMatchObject({ uuid, status: 'completed' });
				for (const look of looks.slice(0, -1)) {
					expect(['pending', 'processing']).toContain(look.status);
					expect(look.videoUrl ?? null).toBeNull();
				}
				const video = await apiAt(target.baseUrl, null).get<ArrayBuffer>(String(last?.videoUrl), {
					responseType: 'arraybuffer',
					maxRedirects: 5,
				});
				expect(video.status).toBe(200);
				expect(Buffer.from(video.data).toString('latin1', 4, 8)).toBe('ftyp');
			},
			VIDEO_TAKES_MS,
		);
	});
}
