/** The life cycle of sandbox jobs and the estimates in status responses. */
import { useSandbox } from '../harness/sandbox';
import { type Envelope, isFinished, pollUntil, statusPath, submit } from './support/api';

const setup = useSandbox({ jobSeconds: 0.3 });

const poll = async (uuid: string) => await setup.api.get<Envelope>(statusPath(uuid));

describe('the life cycle of a job', () => {
	const at = async (ageSeconds: number) => {
		const uuid = await setup.sandbox.createJob({ jobSeconds: 1000, ageSeconds });
		return (await poll(uuid)).data.data;
	};

	test('a job is pending, then processing, then completed, with accurate estimates', async () => {
		expect(await at(100)).toMatchObject({ status: 'pending', progress: 10 });
		const half = await at(500);
		expect(half).toMatchObject({ status: 'processing', progress: 50 });
		expect(half.estimatedTime).toBeLessThanOrEqual(500);
		expect(half.estimatedTime).toBeGreaterThan(490);
		expect(half).not.toHaveProperty('videoUrl');
		expect(await at(1000)).toMatchObject({
			status: 'completed',
			progress: 100,
			estimatedTime: 0,
			videoUrl: expect.stringMatching(/^http.*\/videos\/.*\.mp4$/),
		});
	});

	test('the progress never decreases', async () => {
		const uuid = await submit(setup.api);
		const progress = (await pollUntil(setup.api, uuid, isFinished)).map((data) =>
			Number(data.progress),
		);
		expect(progress).toEqual([...progress].sort((a, b) => a - b));
		expect(progress.at(-1)).toBe(100);
	});

	test('a prompt with [fail] fails with a reason and no video', async () => {
		const uuid = await submit(setup.api, { prompt: 'A storm [fail]' });
		const last = (await pollUntil(setup.api, uuid, isFinished)).at(-1);
		expect(last).toMatchObject({
			status: 'failed',
			errorMessage: expect.stringContaining('[fail]'),
		});
		expect(last).not.toHaveProperty('videoUrl');
	});

	test('failNext sets the number of jobs that fail', async () => {
		await setup.sandbox.settings({ failNext: 1, jobSeconds: 0 });
		const uuids = [await submit(setup.api), await submit(setup.api)];
		const statuses = await Promise.all(
			uuids.map(async (uuid) => (await poll(uuid)).data.data.status),
		);
		expect(statuses).toEqual(['failed', 'completed']);
	});
});

describe('distorted estimates', () => {
	const half = async () => await setup.sandbox.createJob({ jobSeconds: 3000, ageSeconds: 1500 });
	const estimates = async (uuid: string) => {
		const { progress, estimatedTime } = (await poll(uuid)).data.data;
		return { progress, estimatedTime };
	};

	test('none: the response has no estimates', async () => {
		await setup.sandbox.settings({ estimates: 'none' });
		const { data } = (await poll(await half())).data;
		expect(Object.keys(data).sort()).toEqual(['status', 'uuid']);
	});

	test('long and short: wrong by a factor of three', async () => {
		const uuid = await half();
		await setup.sandbox.settings({ estimates: 'long' });
		expect(Number((await estimates(uuid)).estimatedTime)).toBeGreaterThan(4000);
		await setup.sandbox.settings({ estimates: 'short' });
		const { estimatedTime } = await estimates(uuid);
		expect(Number(estimatedTime)).toBeLessThanOrEqual(500);
		expect(Number(estimatedTime)).toBeGreaterThan(490);
	});

	test('frozen: the values of the first poll, even when completed', async () => {
		await setup.sandbox.settings({ estimates: 'frozen', jobSeconds: 1 });
		const uuid = await submit(setup.api);
		const samples = await pollUntil(setup.api, uuid, isFinished);
		expect(samples.length).toBeGreaterThan(1);
		expect(new Set(samples.map(({ progress }) => progress))).toEqual(new Set([expect.any(Number)]));
	});

	test('jumping: random values', async () => {
		await setup.sandbox.settings({ estimates: 'jumping' });
		const uuid = await half();
		const samples = [];
		while (samples.length < 10) samples.push(await estimates(uuid));
		expect(new Set(samples.map(({ progress }) => progress)).size).toBeGreaterThan(1);
		expect(new Set(samples.map(({ estimatedTime }) => estimatedTime)).size).toBeGreaterThan(1);
	});

	test('strings: numbers as strings', async () => {
		await setup.sandbox.settings({ estimates: 'strings' });
		expect(await estimates(await half())).toEqual({
			progress: '50',
			estimatedTime: expect.stringMatching(/^1[45]\d\d$/),
		});
	});

	test('a completed job can lack its URL at first', async () => {
		await setup.sandbox.settings({ pollsWithoutUrl: 2 });
		const uuid = await setup.sandbox.createJob({ status: 'completed' });
		const urls = [];
		for (let count = 0; count < 3; count += 1) urls.push((await poll(uuid)).data.data.videoUrl);
		expect(urls).toEqual([undefined, undefined, expect.any(String)]);
	});
});
