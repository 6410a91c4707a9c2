import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const getStatus = { operation: 'getStatus' };

describe('get status', () => {
	it('takes the uuid of the item before it without any edit', async () => {
		const uuid = await setup.sandbox.createJob({ status: 'completed', prompt: 'a cat' });
		const { items } = await run(getStatus, { items: json({ uuid }) });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed', progress: 100 });
		expect(items[0]?.json.videoUrl).toBe(`${setup.sandbox.origin}/videos/${uuid}.mp4`);
		expect(items[0]?.json).not.toHaveProperty('polls');
	});

	it('tells of a running video', async () => {
		const job = { status: 'processing' as const, jobSeconds: 60 };
		const videoId = await setup.sandbox.createJob(job);
		const { items } = await run({ ...getStatus, videoId });
		expect(items[0]?.json).toMatchObject({ uuid: videoId, status: 'processing', videoUrl: null });
	});

	it('hands on a failed video as an item, with the reason', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { items, error } = await run({ ...getStatus, videoId });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'failed', errorMessage: 'too dark' });
		expect(items[0]?.json).not.toHaveProperty('error');
	});

	it('waits if told, looking at once and then every interval', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'pending', jobSeconds: 3 });
		const parameters = { ...getStatus, videoId, waitForCompletion: true, options: FAST };
		const { items } = await run(parameters);
		expect(items[0]?.json).toMatchObject({ uuid: videoId, status: 'completed', polls: 2 });
	});

	it('downloads what it waited for', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'completed' });
		const download = {
			waitForCompletion: true,
			downloadVideo: true,
			options: { fileName: 'a.mp4' },
		};
		const { items } = await run({ ...getStatus, videoId, ...download });
		expect(items[0]?.binary?.data).toMatchObject({ fileName: 'a.mp4', mimeType: 'video/mp4' });
	});

	it('ends with an error when the video that it waits for fails', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { error } = await run({ ...getStatus, videoId, waitForCompletion: true });
		expect(error?.message).toBe(`The video ${videoId} could not be made: too dark`);
	});

	it('refuses an id that the API does not know, naming it', async () => {
		const { error } = await run({ ...getStatus, videoId: 'no-such-video' });
		expect(error).toMatchObject({
			message: 'The Veo API does not accept this video ID (video no-such-video)',
			context: { uuid: 'no-such-video', code: 1000 },
		});
		expect(await calls('status')).toHaveLength(1);
	});

	it('does not wait for an id that the API does not know', async () => {
		const parameters = { ...getStatus, videoId: 'no-such-video', waitForCompletion: true };
		const { error } = await run(parameters);
		expect(error?.message).toContain('no-such-video');
		expect(await calls('status')).toHaveLength(1);
	});

	it('encodes the id into the path', async () => {
		await run({ ...getStatus, videoId: 'a:b.c' });
		expect((await calls('status'))[0]).toMatchObject({
			path: expect.stringMatching(/\/a%3Ab\.c$/),
		});
	});
});

describe('branch by status', () => {
	const branching = { ...getStatus, branchByStatus: true };

	it('has three outputs in the promised order, each item on one of them', async () => {
		const job = { jobSeconds: 60 };
		const completed = await setup.sandbox.createJob({ status: 'completed' });
		const pending = await setup.sandbox.createJob({ ...job, status: 'pending' });
		const processing = await setup.sandbox.createJob({ ...job, status: 'processing' });
		const failed = await setup.sandbox.createJob({ status: 'failed', failReason: 'no' });
		const uuids = [failed, processing, completed, pending].map((uuid) => ({ uuid }));
		const { outputs } = await run(branching, { items: json(...uuids) });
		expect(outputs.map((items) => items.map(({ json: { uuid } }) => uuid))).toEqual([
			[completed],
			[processing, pending],
			[failed],
		]);
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 2 }],
			[{ item: 1 }, { item: 3 }],
			[{ item: 0 }],
		]);
	});

	it('sends an item that could not be looked up to Failed when it continues on fail', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { outputs } = await run({ ...branching, videoId: 'unknown' }, { settings });
		expect(outputs.map((items) => items.length)).toEqual([0, 0, 1]);
	});

	it('sends it to the error output if there is one', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await run({ ...branching, videoId: 'unknown' }, { settings });
		expect(outputs.map((items) => items.length)).toEqual([0, 0, 0, 1]);
	});

	it('has one output when it waits', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'completed' });
		const { outputs } = await run({ ...branching, videoId, waitForCompletion: true });
		expect(outputs).toHaveLength(1);
	});
});
