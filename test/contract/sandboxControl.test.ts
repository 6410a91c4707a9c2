/** The control plane: journal, state, settings, jobs by hand, reset; and the OpenAPI document. */
import { Readable } from 'node:stream';

import axios, { type AxiosInstance } from 'axios';

import { connectSandbox, type Sandbox, startSandbox } from '../../sandbox/client';
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
	sandbox = await startSandbox();
	api = apiOf(sandbox);
});
afterEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.close());

describe('the journal', () => {
	test('tells of a generation: its body, its key and the job it made', async () => {
		const uuid = await submit(api, { seed: 1 });
		expect(await sandbox.journal()).toMatchObject([
			{
				method: 'POST',
				path: '/api/generate-video',
				query: {},
				endpoint: 'generate',
				hasAuthorization: true,
				keyAccepted: true,
				body: textToVideo({ seed: 1 }),
				contentLength: Buffer.byteLength(JSON.stringify(textToVideo({ seed: 1 }))),
				transferEncoding: null,
				status: 200,
				code: 0,
				acceptedUuid: uuid,
			},
		]);
	});

	test('tells of refused requests, and why', async () => {
		await apiOf(sandbox, 'wrong').post(GENERATE, textToVideo());
		await apiOf(sandbox, null).get(statusOf('abc'), { params: { q: 1 } });
		await api.post(GENERATE, { prompt: 1 });
		const refused = await sandbox.journal();
		expect(refused).toMatchObject([
			{ hasAuthorization: true, keyAccepted: false, status: 401, code: 1002, body: textToVideo() },
			{ hasAuthorization: false, keyAccepted: false, uuid: 'abc', query: { q: '1' } },
			{ keyAccepted: true, status: 400, code: 1000, body: { prompt: 1 } },
		]);
		for (const entry of refused) expect(entry).not.toHaveProperty('acceptedUuid');
	});

	test('tells of an upload: name, types and bytes, and how it was sent', async () => {
		const jpeg = IMAGES['image/jpeg'];
		await api.post(UPLOAD, formWith(jpeg, 'a.png', 'image/png'));
		const body = Readable.from([Buffer.from('--b--\r\n')]);
		const headers = { 'content-type': 'multipart/form-data; boundary=b' };
		await api.post(UPLOAD, body, { headers });
		expect(await sandbox.journal()).toMatchObject([
			{
				endpoint: 'upload',
				upload: {
					fileName: 'a.png',
					declaredType: 'image/png',
					signatureType: 'image/jpeg',
					bytes: jpeg.length,
				},
				contentLength: expect.any(Number),
				transferEncoding: null,
			},
			{ contentLength: null, transferEncoding: 'chunked', code: 1000 },
		]);
	});

	test('counts on, can be filtered and emptied, and leaves the control plane out', async () => {
		const uuid = await submit(api);
		await api.get(statusOf(uuid));
		await sandbox.state();
		const [first, second] = await sandbox.journal();
		expect((second?.seq ?? 0) - (first?.seq ?? 0)).toBe(1);
		expect(second?.at).toBeGreaterThanOrEqual(first?.at ?? Infinity);
		expect(await sandbox.journal({ endpoint: 'status', uuid })).toEqual([second]);
		await sandbox.clearJournal();
		expect(await sandbox.journal()).toEqual([]);
	});
});

describe('state, settings and reset', () => {
	test('the state shows jobs and uploads', async () => {
		const image = (await api.post<Envelope>(UPLOAD, formWith(IMAGES['image/webp']))).data.data;
		const uuid = await submit(api, { generationType: 'image_to_video', ...image });
		expect(await sandbox.state()).toMatchObject({
			credits: 98,
			jobs: [{ uuid, status: 'pending', ...image, looks: 0, videoUrl: null }],
			uploads: [{ ...image, contentType: 'image/webp', fileName: 'frame.png' }],
			settings: { jobSeconds: 20, errorStyle: 'http', estimates: 'truthful' },
		});
	});

	test('a job can be made at any point of its life, without credits', async () => {
		for (const status of ['pending', 'processing', 'completed', 'failed'] as const) {
			await sandbox.createJob({ status, jobSeconds: 1000, prompt: status });
		}
		await sandbox.createJob({ failReason: 'no light', jobSeconds: 1, ageSeconds: 5 });
		const { credits, jobs } = await sandbox.state();
		expect(credits).toBe(100);
		expect(jobs.map(({ status }) => status)).toEqual([
			'pending',
			'processing',
			'completed',
			'failed',
			'failed',
		]);
		expect(jobs.at(-1)?.errorMessage).toBe('no light');
	});

	test('a misspelt setting is refused by its name', async () => {
		const { status, data } = await api.patch<{ message: string }>(
			`${sandbox.origin}/__sandbox/settings`,
			{ jobSecond: 1 },
		);
		expect([status, data.message]).toEqual([400, expect.stringContaining('jobSecond')]);
		await expect(sandbox.settings({ credits: -1 })).rejects.toThrow('credits must be >= 0');
	});

	test('reset brings back the beginning', async () => {
		const beginning = await sandbox.state();
		await sandbox.settings({ requestsPerMinute: 2 });
		await api.post(UPLOAD, formWith(IMAGES['image/png']));
		await submit(api);
		await sandbox.settings({ credits: 1, estimates: 'none', videoBytes: 5 });
		await sandbox.fault({ endpoint: 'any', fault: { kind: 'hang' } });
		await sandbox.reset();
		expect(await sandbox.state()).toEqual(beginning);
		expect([await sandbox.journal(), await sandbox.faultsLeft()]).toEqual([[], []]);
		await sandbox.settings({ requestsPerMinute: 1 });
		await submit(api); // the requests before it do not count
	});

	test('a sandbox that runs already can be used, and closing leaves it alone', async () => {
		const same = connectSandbox(sandbox.origin);
		await same.settings({ credits: 5 });
		await same.close();
		expect((await sandbox.state()).credits).toBe(5);
	});
});

describe('the OpenAPI document', () => {
	test('describes the three endpoints, their key and their fields', async () => {
		const { data } = await axios.get<{ paths: object }>(`${sandbox.origin}/openapi.json`);
		expect(Object.keys(data.paths).sort()).toEqual([
			'/api/generate-video',
			'/api/upload-video-image',
			'/api/video-status/{uuid}',
		]);
		const operation = {
			security: [{ bearer: [] }],
			responses: { 200: expect.anything(), '4XX': expect.anything(), '5XX': expect.anything() },
		};
		const takes = (type: string, schema: object) => ({
			requestBody: { content: { [type]: { schema } } },
		});
		const generation = {
			required: ['generationType', 'prompt'],
			properties: {
				generationType: { enum: ['text_to_video', 'image_to_video'] },
				aspectRatio: { enum: ['auto', '16:9', '9:16'], default: 'auto' },
			},
		};
		expect(data).toMatchObject({
			openapi: '3.1.0',
			info: { title: expect.any(String), version: expect.any(String) },
			components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
			paths: {
				'/api/generate-video': {
					post: { ...operation, ...takes('application/json', generation) },
				},
				'/api/upload-video-image': {
					post: { ...operation, ...takes('multipart/form-data', { required: ['file'] }) },
				},
				'/api/video-status/{uuid}': {
					get: { ...operation, parameters: [{ name: 'uuid', in: 'path', required: true }] },
				},
			},
		});
	});
});
