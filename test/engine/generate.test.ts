import type { INodeExecutionData } from 'n8n-workflow';
import { FAST, FILES, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;

describe('text to video', () => {
	it('waits and returns the URL', async () => {
		const { items, run: execution } = await run({ prompt: 'a cat', options: FAST });
		expect(execution.status).toBe('success');
		const { createdAt, uuid, videoUrl, waitedSeconds, ...rest } = items[0]?.json ?? {};
		expect(rest).toEqual({
			status: 'completed',
			progress: 100,
			estimatedTime: 0,
			generationType: 'text_to_video',
			prompt: 'a cat',
			aspectRatio: 'auto',
			polls: 1,
		});
		expect(uuid).toMatch(/^[\w-]{36}$/);
		expect(videoUrl).toBe(`${setup.sandbox.origin}/videos/${String(uuid)}.mp4`);
		expect(waitedSeconds).toBeGreaterThanOrEqual(1);
		expect(Date.parse(String(createdAt))).not.toBeNaN();
		expect(items[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('sends exactly the given parameters', async () => {
		await run({ prompt: 'a "cat"\nin the sun', aspectRatio: '9:16', waitForCompletion: false });
		const [call] = await calls('generate');
		expect(call?.body).toEqual({
			generationType: 'text_to_video',
			prompt: 'a "cat"\nin the sun',
			aspectRatio: '9:16',
		});
		expect(call).toMatchObject({ keyAccepted: true, method: 'POST', path: '/api/generate-video' });
	});

	it('ignores a file of the item without content, as a Code node can return', async () => {
		const items: INodeExecutionData[] = JSON.parse(
			'[{ "json": {}, "binary": { "data": { "mimeType": "image/png", "fileName": "a.png" } } }]',
		);
		const { items: result } = await run({ prompt: 'a cat', waitForCompletion: false }, { items });
		expect(result[0]?.json).toMatchObject({ status: 'pending' });
	});

	it('returns the new job immediately without waiting', async () => {
		const { items } = await run({ prompt: 'a cat', waitForCompletion: false });
		expect(items[0]?.json).toMatchObject({ status: 'pending', videoUrl: null, prompt: 'a cat' });
		expect(items[0]?.json).not.toHaveProperty('polls');
		expect(await calls('status')).toHaveLength(0);
	});

	it.each(['auto', '16:9', '9:16'])('sends the aspect ratio %s', async (aspectRatio) => {
		const { items } = await run({ prompt: 'a cat', aspectRatio, waitForCompletion: false });
		expect((await calls('generate'))[0]?.body).toMatchObject({ aspectRatio });
		expect(items[0]?.json.aspectRatio).toBe(aspectRatio);
	});

	it('evaluates expressions for each item', async () => {
		const { items } = await run(
			{ prompt: '={{ $json.scene }}', aspectRatio: '={{ $json.ratio }}', options: FAST },
			{ items: json({ scene: 'one', ratio: '16:9' }, { scene: 'two', ratio: '9:16' }) },
		);
		expect(items.map(({ json: job }) => [job.prompt, job.aspectRatio])).toEqual([
			['one', '16:9'],
			['two', '9:16'],
		]);
	});
});

describe('image to video', () => {
	const fromImage = { generationType: 'imageToVideo', prompt: 'it moves' };

	it('uploads the file and uses it as the first frame', async () => {
		const binary = await setup.engine.binary(FILES.jpeg, { fileName: 'cat.jpg' });
		const { items } = await run({ ...fromImage, options: FAST }, { items: [{ json: {}, binary }] });
		const [upload] = (await setup.sandbox.state()).uploads;
		expect(upload).toMatchObject({ fileName: 'cat.jpg', bytes: FILES.jpeg.length });
		expect((await calls('generate'))[0]?.body).toEqual({
			...{ generationType: 'image_to_video', prompt: 'it moves', aspectRatio: 'auto' },
			...{ imageUrl: upload?.imageUrl, imageKey: upload?.imageKey },
		});
		expect(items[0]?.json).toMatchObject({
			status: 'completed',
			imageUrl: upload?.imageUrl,
			imageKey: upload?.imageKey,
		});
	});

	it('uses the file in the given field', async () => {
		const file = await setup.engine.binary(FILES.png, { fileName: 'first.png' });
		const binary = { photo: file?.data ?? { data: '', mimeType: '' } };
		const parameters = { ...fromImage, binaryPropertyName: 'photo', waitForCompletion: false };
		await run(parameters, { items: [{ json: {}, binary }] });
		expect((await calls('upload'))[0]?.upload).toMatchObject({ signatureType: 'image/png' });
	});

	it('uses a public image URL', async () => {
		const imageUrl = 'https://example.com/first-frame.jpg';
		await run({ ...fromImage, imageSource: 'url', imageUrl, waitForCompletion: false });
		expect(await calls('upload')).toHaveLength(0);
		const [call] = await calls('generate');
		expect(call?.body).toMatchObject({ generationType: 'image_to_video', imageUrl });
		expect(call?.body).not.toHaveProperty('imageKey');
	});

	it.each([
		['with its key', 'k-1', { imageKey: 'k-1' }],
		['without a key', '', {}],
	])('uses an image uploaded earlier, %s', async (_, imageKey, sent) => {
		const imageUrl = 'https://example.com/k-1';
		const source = { imageSource: 'uploaded', imageUrl, imageKey };
		await run({ ...fromImage, ...source, waitForCompletion: false });
		expect((await calls('generate'))[0]?.body).toEqual({
			...{ generationType: 'image_to_video', prompt: 'it moves', aspectRatio: 'auto' },
			...{ imageUrl, ...sent },
		});
	});
});

describe('download', () => {
	it('returns the file in addition to the JSON', async () => {
		const { items } = await run({ prompt: 'a cat', downloadVideo: true, options: FAST });
		const [item] = items;
		const uuid = String(item?.json.uuid);
		expect(item?.json).toMatchObject({ status: 'completed', polls: 1 });
		expect(item?.binary?.data).toMatchObject({ fileName: `${uuid}.mp4`, mimeType: 'video/mp4' });
		const bytes = await setup.engine.bytesOf(item);
		expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
		// as text: older versions of n8n provide no other size
		const kilobytes = Number((bytes.length / 1000).toPrecision(3));
		expect(item?.binary?.data?.fileSize).toBe(`${kilobytes} kB`);
	});

	it('uses the given field name and file name', async () => {
		const options = { ...FAST, fileName: 'sunrise.mp4' };
		const names = { downloadVideo: true, outputBinaryPropertyName: 'clip', options };
		const { items } = await run({ prompt: 'a cat', ...names });
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['clip']);
		expect(items[0]?.binary?.clip?.fileName).toBe('sunrise.mp4');
	});

	it('never sends the API key to the video host', async () => {
		await run({ prompt: 'a cat', downloadVideo: true, options: FAST });
		expect((await calls('video')).map(({ hasAuthorization }) => hasAuthorization)).toEqual([false]);
	});

	it('does not download without waiting', async () => {
		const { items } = await run({ prompt: 'a cat', waitForCompletion: false, downloadVideo: true });
		expect(items).toEqual([
			{ json: expect.objectContaining({ status: 'pending' }), pairedItem: { item: 0 } },
		]);
	});
});

describe('request and output', () => {
	it('contain additional fields, given as an object or as text', async () => {
		const asText = { waitForCompletion: false, options: { additionalFields: '{ "seed": 7 }' } };
		expect((await run({ prompt: 'a', ...asText })).items[0]?.json.seed).toBe(7);
		const asObject = { waitForCompletion: false, options: { additionalFields: { seed: 8 } } };
		expect((await run({ prompt: 'a', ...asObject })).items[0]?.json.seed).toBe(8);
		const bodies = (await calls('generate')).map(({ body }) => body);
		expect(bodies).toEqual([
			expect.objectContaining({ prompt: 'a', seed: 7 }),
			expect.objectContaining({ prompt: 'a', seed: 8 }),
		]);
	});

	it('contain an additional field instead of the parameter of the same name', async () => {
		const options = { additionalFields: { aspectRatio: '1:1' } };
		await run({ prompt: 'a', waitForCompletion: false, options });
		expect((await calls('generate'))[0]?.body).toMatchObject({ aspectRatio: '1:1' });
	});

	it('contain numbers even if the API sends text', async () => {
		await setup.sandbox.settings({ estimates: 'strings', jobSeconds: 60 });
		const options = { ...FAST, timeout: 1, onTimeout: 'continue' };
		const { items } = await run({ prompt: 'a', options });
		expect(typeof items[0]?.json.progress).toBe('number');
		expect(typeof items[0]?.json.estimatedTime).toBe('number');
	});

	it('never contain a top-level error key, which n8n would treat as a failed item', async () => {
		const data = { error: 'none', later: 1 };
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'patch', data } });
		const { items } = await run({ prompt: 'a', waitForCompletion: false });
		expect(items[0]?.json).toMatchObject({ apiError: 'none', later: 1 });
		expect(items[0]?.json).not.toHaveProperty('error');
	});

	it('contain the request fields that the API does not return', async () => {
		const remove = ['prompt', 'aspectRatio', 'generationType'];
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'patch', data: {}, remove } });
		const { items } = await run({ prompt: 'a cat', waitForCompletion: false });
		expect(items[0]?.json).toMatchObject({
			...{ prompt: 'a cat', aspectRatio: 'auto', generationType: 'text_to_video' },
		});
	});
});

describe('waiting', () => {
	it('continues while a completed video has no URL', async () => {
		await setup.sandbox.settings({ pollsWithoutUrl: 1 });
		const { items } = await run({ prompt: 'a', options: FAST });
		expect(items[0]?.json).toMatchObject({ status: 'completed', polls: 2 });
		expect(items[0]?.json.videoUrl).toContain('http');
	});

	it('continues while the status is unknown', async () => {
		const fault = { kind: 'patch' as const, data: { status: 'rendering' } };
		await setup.sandbox.fault({ endpoint: 'status', fault });
		const { items } = await run({ prompt: 'a', options: FAST });
		expect(items[0]?.json).toMatchObject({ status: 'completed', polls: 2 });
	});

	it('respects the poll interval', async () => {
		await setup.sandbox.settings({ jobSeconds: 3.5, estimates: 'none' });
		await run({ prompt: 'a', options: FAST });
		const pollTimes = (await calls('status')).map(({ at }) => at);
		expect(pollTimes.length).toBeGreaterThan(1);
		const intervals = pollTimes.slice(1).map((at, i) => at - (pollTimes[i] ?? 0));
		for (const interval of intervals) expect(interval).toBeGreaterThanOrEqual(950);
	});

	it("throws an error with the video's ID after the timeout", async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		const { error, items } = await run({ prompt: 'a', options: { ...FAST, timeout: 1 } });
		const uuid = (await setup.sandbox.state()).jobs[0]?.uuid;
		expect(items).toEqual([]);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `Video ${uuid} wasn't ready after 1 second`,
			context: { itemIndex: 0, uuid },
		});
		expect(error?.description).toContain("'Get Status'");
	});

	it("returns a timed-out job if 'On Timeout' is 'Continue'", async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		const options = { ...FAST, timeout: 1, onTimeout: 'continue' };
		const { items } = await run({ prompt: 'a', downloadVideo: true, options });
		expect(items[0]?.json).toMatchObject({ status: 'timedOut', videoUrl: null, polls: 1 });
		expect(items[0]?.binary).toBeUndefined();
	});

	it('throws an error with the reason if the video fails', async () => {
		const { error } = await run({ prompt: 'a [fail]', options: FAST });
		const [job] = (await setup.sandbox.state()).jobs;
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `Video ${job?.uuid} couldn't be generated: ${job?.errorMessage}`,
			context: { itemIndex: 0, uuid: job?.uuid },
		});
	});

	it('throws a clear error if the API returns no reason', async () => {
		const data = { status: 'failed' };
		const body = JSON.stringify({ code: 0, msg: 'success', data });
		const response = { httpStatus: 200, contentType: 'application/json', body };
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'raw', ...response } });
		const { error } = await run({ prompt: 'a', options: FAST });
		expect(error?.message).toMatch(/couldn't be generated: the API returned no reason$/);
	});
});
