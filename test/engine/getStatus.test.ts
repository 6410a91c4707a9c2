import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const getStatus = { operation: 'getStatus' };

describe('get status', () => {
	it('uses the uuid of the input item by default', async () => {
		const uuid = await setup.sandbox.createJob({ status: 'completed', prompt: 'a cat' });
		const { items } = await run(getStatus, { items: json({ uuid }) });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed', progress: 100 });
		expect(items[0]?.json.videoUrl).toBe(`${setup.sandbox.origin}/videos/${uuid}.mp4`);
		expect(items[0]?.json).not.toHaveProperty('polls');
	});

	it('returns a running video', async () => {
		const job = { status: 'processing' as const, jobSeconds: 60 };
		const videoId = await setup.sandbox.createJob(job);
		const { items } = await run({ ...getStatus, videoId });
		expect(items[0]?.json).toMatchObject({ uuid: videoId, status: 'processing', videoUrl: null });
	});

	it('returns a failed video as an item with the reason', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { items, error } = await run({ ...getStatus, videoId });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'failed', errorMessage: 'too dark' });
		expect(items[0]?.json).not.toHaveProperty('error');
	});

	it("polls immediately and then at intervals with 'Wait for Completion'", async () => {
		const videoId = await setup.sandbox.createJob({ status: 'pending', jobSeconds: 3 });
		const parameters = { ...getStatus, videoId, waitForCompletion: true, options: FAST };
		const { items } = await run(parameters);
		expect(items[0]?.json).toMatchObject({ uuid: videoId, status: 'completed', polls: 2 });
	});

	it('downloads the video after the wait', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'completed' });
		const download = {
			waitForCompletion: true,
			downloadVideo: true,
			options: { fileName: 'a.mp4' },
		};
		const { items } = await run({ ...getStatus, videoId, ...download });
		expect(items[0]?.binary?.data).toMatchObject({ fileName: 'a.mp4', mimeType: 'video/mp4' });
	});

	it('throws an error if the video fails during the wait', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { error } = await run({ ...getStatus, videoId, waitForCompletion: true });
		expect(error?.message).toBe(`Video ${videoId} couldn't be generated: too dark`);
	});

	it('reports an ID that the API rejects', async () => {
		const { error } = await run({ ...getStatus, videoId: 'no-such-video' });
		expect(error).toMatchObject({
			message: 'The Veo API rejected the video ID (video no-such-video)',
			context: { uuid: 'no-such-video', code: 1000 },
		});
		expect(await calls('status')).toHaveLength(1);
	});

	it('does not wait for an ID that the API rejects', async () => {
		const parameters = { ...getStatus, videoId: 'no-such-video', waitForCompletion: true };
		const { error } = await run(parameters);
		expect(error?.message).toContain('no-such-video');
		expect(await calls('status')).toHaveLength(1);
	});

	it('encodes the ID in the path', async () => {
		await run({ ...getStatus, videoId: 'a:b.c' });
		expect((await calls('status'))[0]).toMatchObject({
			path: expect.stringMatching(/\/a%3Ab\.c$/),
		});
	});
});

describe('branch by status', () => {
	const branching = { ...getStatus, branchByStatus: true };

	it('routes each item to one of three outputs, which have a fixed order', async () => {
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

	it('routes an item whose status check failed to Failed with Continue On Fail', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { outputs } = await run({ ...branching, videoId: 'unknown' }, { settings });
		expect(outputs.map((items) => items.length)).toEqual([0, 0, 1]);
	});

	it('routes it to the error output with that setting', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await run({ ...branching, videoId: 'unknown' }, { settings });
		expect(outputs.map((items) => items.length)).toEqual([0, 0, 0, 1]);
	});

	it('has one output if the node waits', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'completed' });
		const { outputs } = await run({ ...branching, videoId, waitForCompletion: true });
		expect(outputs).toHaveLength(1);
	});
});
