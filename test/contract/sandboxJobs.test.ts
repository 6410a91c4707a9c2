/** How the sandbox's jobs live, and how it tells of them. */
import type { AxiosInstance } from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import { apiOf, type Envelope, hasEnded, lookUntil, statusOf, submit } from './support';

let sandbox: Sandbox;
let api: AxiosInstance;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.3 });
	api = apiOf(sandbox);
});
afterEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.close());

const look = async (uuid: string) => await api.get<Envelope>(statusOf(uuid));

describe('the life of a job', () => {
	const at = async (ageSeconds: number) => {
		const uuid = await sandbox.createJob({ jobSeconds: 1000, ageSeconds });
		return (await look(uuid)).data.data;
	};

	test('it is pending, then processing, then completed, and tells its time honestly', async () => {
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

	test('its progress never goes back', async () => {
		const uuid = await submit(api);
		const progress = (await lookUntil(api, uuid, hasEnded)).map((data) => Number(data.progress));
		expect(progress).toEqual([...progress].sort((a, b) => a - b));
		expect(progress.at(-1)).toBe(100);
	});

	test('a prompt with [fail] ends failed, with a reason and no video', async () => {
		const uuid = await submit(api, { prompt: 'A storm [fail]' });
		const last = (await lookUntil(api, uuid, hasEnded)).at(-1);
		expect(last).toMatchObject({
			status: 'failed',
			errorMessage: expect.stringContaining('[fail]'),
		});
		expect(last).not.toHaveProperty('videoUrl');
	});

	test('so many jobs fail as the settings say', async () => {
		await sandbox.settings({ failNext: 1, jobSeconds: 0 });
		const ends = [await submit(api), await submit(api)];
		const statuses = await Promise.all(
			ends.map(async (uuid) => (await look(uuid)).data.data.status),
		);
		expect(statuses).toEqual(['failed', 'completed']);
	});
});

describe('estimates that are no help', () => {
	const half = async () => await sandbox.createJob({ jobSeconds: 3000, ageSeconds: 1500 });
	const estimates = async (uuid: string) => {
		const { progress, estimatedTime } = (await look(uuid)).data.data;
		return { progress, estimatedTime };
	};

	test('none: there are no such fields', async () => {
		await sandbox.settings({ estimates: 'none' });
		const { data } = (await look(await half())).data;
		expect(Object.keys(data).sort()).toEqual(['status', 'uuid']);
	});

	test('long and short: three times off', async () => {
		const uuid = await half();
		await sandbox.settings({ estimates: 'long' });
		expect(Number((await estimates(uuid)).estimatedTime)).toBeGreaterThan(4000);
		await sandbox.settings({ estimates: 'short' });
		const { estimatedTime } = await estimates(uuid);
		expect(Number(estimatedTime)).toBeLessThanOrEqual(500);
		expect(Number(estimatedTime)).toBeGreaterThan(490);
	});

	test('frozen: as at the first look, even when completed', async () => {
		await sandbox.settings({ estimates: 'frozen', jobSeconds: 1 });
		const uuid = await submit(api);
		const looks = await lookUntil(api, uuid, hasEnded);
		expect(looks.length).toBeGreaterThan(1);
		expect(new Set(looks.map(({ progress }) => progress))).toEqual(new Set([expect.any(Number)]));
	});

	test('jumping: anything', async () => {
		await sandbox.settings({ estimates: 'jumping' });
		const uuid = await half();
		const seen = [];
		while (seen.length < 10) seen.push(await estimates(uuid));
		expect(new Set(seen.map(({ progress }) => progress)).size).toBeGreaterThan(1);
		expect(new Set(seen.map(({ estimatedTime }) => estimatedTime)).size).toBeGreaterThan(1);
	});

	test('strings: numbers as text', async () => {
		await sandbox.settings({ estimates: 'strings' });
		expect(await estimates(await half())).toEqual({
			progress: '50',
			estimatedTime: expect.stringMatching(/^1[45]\d\d$/),
		});
	});

	test('completed may come before the URL', async () => {
		await sandbox.settings({ completedWithoutUrlLooks: 2 });
		const uuid = await sandbox.createJob({ status: 'completed' });
		const urls = [];
		for (let looks = 0; looks < 3; looks += 1) urls.push((await look(uuid)).data.data.videoUrl);
		expect(urls).toEqual([undefined, undefined, expect.any(String)]);
	});
});
