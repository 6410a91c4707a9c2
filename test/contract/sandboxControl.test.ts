/** The control API: journal, state, settings, new jobs and reset. Also the OpenAPI document. */
import { Readable } from 'node:stream';

import axios from 'axios';

import { connectSandbox } from '../../sandbox/client';
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

const setup = useSandbox();

describe('the journal', () => {
	test('contains a generate request: body, key and created job', async () => {
		const uuid = await submit(setup.api, { seed: 1 });
		expect(await setup.sandbox.journal()).toMatchObject([
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

	test('contains rejected requests and the reason', async () => {
		await clientFor(setup.sandbox, 'wrong').post(GENERATE, textToVideo());
		await clientFor(setup.sandbox, null).get(statusPath('abc'), { params: { q: 1 } });
		await setup.api.post(GENERATE, { prompt: 1 });
		const rejected = await setup.sandbox.journal();
		expect(rejected).toMatchObject([
			{ hasAuthorization: true, keyAccepted: false, status: 401, code: 1002, body: textToVideo() },
			{ hasAuthorization: false, keyAccepted: false, uuid: 'abc', query: { q: '1' } },
			{ keyAccepted: true, status: 400, code: 1000, body: { prompt: 1 } },
		]);
		for (const entry of rejected) expect(entry).not.toHaveProperty('acceptedUuid');
	});

	test('contains an upload: name, types, size and transfer encoding', async () => {
		const jpeg = IMAGES['image/jpeg'];
		await setup.api.post(UPLOAD, imageForm(jpeg, 'a.png', 'image/png'));
		const body = Readable.from([Buffer.from('--b--\r\n')]);
		const headers = { 'content-type': 'multipart/form-data; boundary=b' };
		await setup.api.post(UPLOAD, body, { headers });
		expect(await setup.sandbox.journal()).toMatchObject([
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

	test('numbers the requests, can be filtered and cleared, and omits the control API', async () => {
		const uuid = await submit(setup.api);
		await setup.api.get(statusPath(uuid));
		await setup.sandbox.state();
		const [first, second] = await setup.sandbox.journal();
		expect((second?.seq ?? 0) - (first?.seq ?? 0)).toBe(1);
		expect(second?.at).toBeGreaterThanOrEqual(first?.at ?? Infinity);
		expect(await setup.sandbox.journal({ endpoint: 'status', uuid })).toEqual([second]);
		await setup.sandbox.clearJournal();
		expect(await setup.sandbox.journal()).toEqual([]);
	});
});

describe('state, settings and reset', () => {
	test('the state contains jobs and uploads', async () => {
		const image = (await setup.api.post<Envelope>(UPLOAD, imageForm(IMAGES['image/webp']))).data
			.data;
		const uuid = await submit(setup.api, { generationType: 'image_to_video', ...image });
		expect(await setup.sandbox.state()).toMatchObject({
			credits: 98,
			jobs: [{ uuid, status: 'pending', ...image, pollCount: 0, videoUrl: null }],
			uploads: [{ ...image, contentType: 'image/webp', fileName: 'frame.png' }],
			settings: { jobSeconds: 20, errorStyle: 'http', estimates: 'accurate' },
		});
	});

	test('a job can be created with any status, without credits', async () => {
		for (const status of ['pending', 'processing', 'completed', 'failed'] as const) {
			await setup.sandbox.createJob({ status, jobSeconds: 1000, prompt: status });
		}
		await setup.sandbox.createJob({ failReason: 'no light', jobSeconds: 1, ageSeconds: 5 });
		const { credits, jobs } = await setup.sandbox.state();
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

	test('an unknown setting is rejected with its name', async () => {
		const { status, data } = await setup.api.patch<{ message: string }>(
			`${setup.sandbox.origin}/__sandbox/settings`,
			{ jobSecond: 1 },
		);
		expect([status, data.message]).toEqual([400, expect.stringContaining('jobSecond')]);
		await expect(setup.sandbox.settings({ credits: -1 })).rejects.toThrow('credits must be >= 0');
	});

	test('a reset restores the initial state', async () => {
		const initial = await setup.sandbox.state();
		await setup.sandbox.settings({ requestsPerMinute: 2 });
		await setup.api.post(UPLOAD, imageForm(IMAGES['image/png']));
		await submit(setup.api);
		await setup.sandbox.settings({ credits: 1, estimates: 'none', videoBytes: 5 });
		await setup.sandbox.fault({ endpoint: 'any', fault: { kind: 'hang' } });
		await setup.sandbox.reset();
		expect(await setup.sandbox.state()).toEqual(initial);
		expect([await setup.sandbox.journal(), await setup.sandbox.pendingFaults()]).toEqual([[], []]);
		await setup.sandbox.settings({ requestsPerMinute: 1 });
		await submit(setup.api); // earlier requests don't count
	});

	test('a client can connect to a running sandbox, and its close() does not stop it', async () => {
		const connection = connectSandbox(setup.sandbox.origin);
		await connection.settings({ credits: 5 });
		await connection.close();
		expect((await setup.sandbox.state()).credits).toBe(5);
	});
});

describe('the OpenAPI document', () => {
	test('describes the three endpoints, their authentication and their fields', async () => {
		const { data } = await axios.get<{ paths: object }>(`${setup.sandbox.origin}/openapi.json`);
		expect(Object.keys(data.paths).sort()).toEqual([
			'/api/generate-video',
			'/api/upload-video-image',
			'/api/video-status/{uuid}',
		]);
		const operation = {
			security: [{ bearer: [] }],
			responses: { 200: expect.anything(), '4XX': expect.anything(), '5XX': expect.anything() },
		};
		const accepts = (type: string, schema: object) => ({
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
					post: { ...operation, ...accepts('application/json', generation) },
				},
				'/api/upload-video-image': {
					post: { ...operation, ...accepts('multipart/form-data', { required: ['file'] }) },
				},
				'/api/video-status/{uuid}': {
					get: { ...operation, parameters: [{ name: 'uuid', in: 'path', required: true }] },
				},
			},
		});
	});
});
