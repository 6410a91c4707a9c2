/** The test clock, and snapshots of the state. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import axios from 'axios';

import { listen } from '../../scripts/lib/ports';
import { useSandbox } from '../harness/sandbox';
import { type Envelope, GENERATE, statusPath, submit, textToVideo, UPLOAD } from './support/api';
import { imageForm, IMAGES } from './support/images';
import { waitFor } from './support/waitFor';

const setup = useSandbox({ jobSeconds: 1000 });

const statusOf = async (uuid: string) =>
	(await setup.api.get<Envelope>(statusPath(uuid))).data.data;

describe('the clock', () => {
	test('runs in real time at first', async () => {
		expect((await setup.sandbox.state()).clock).toEqual({ offsetSeconds: 0, frozenAt: null });
	});

	test('completes a job when it is advanced', async () => {
		const uuid = await submit(setup.api);
		expect(await statusOf(uuid)).toMatchObject({ status: 'pending' });
		await setup.sandbox.advanceClock(500);
		expect(await statusOf(uuid)).toMatchObject({ status: 'processing', progress: 50 });
		const { offsetSeconds } = await setup.sandbox.advanceClock(500);
		expect(offsetSeconds).toBeCloseTo(1000, 0);
		const { status, videoUrl } = await statusOf(uuid);
		expect(status).toBe('completed');
		expect((await axios.get(String(videoUrl), { proxy: false })).status).toBe(200);
	});

	test('stands still while it is frozen, and can still be advanced', async () => {
		const { frozenAt } = await setup.sandbox.freezeClock();
		const uuid = await submit(setup.api);
		expect((await setup.sandbox.journal())[0]?.at).toBe(Date.parse(frozenAt ?? ''));
		await setup.sandbox.advanceClock(999.999);
		expect(await statusOf(uuid)).toMatchObject({ progress: 99, estimatedTime: 1 });
		await setup.sandbox.advanceClock(0.001);
		expect(await statusOf(uuid)).toMatchObject({ status: 'completed' });
		expect((await setup.sandbox.resumeClock()).offsetSeconds).toBeGreaterThan(900);
	});

	test('ends a rate limit', async () => {
		await setup.sandbox.settings({ requestsPerMinute: 1 });
		await submit(setup.api);
		const limited = await setup.api.post<Envelope>(GENERATE, textToVideo());
		expect(limited.data.code).toBe(1003);
		await setup.sandbox.advanceClock(60);
		await submit(setup.api);
	});

	test('returns to real time at a reset', async () => {
		await setup.sandbox.freezeClock();
		await setup.sandbox.reset();
		expect((await setup.sandbox.state()).clock).toEqual({ offsetSeconds: 0, frozenAt: null });
	});

	test("can't run backwards", async () => {
		await expect(setup.sandbox.advanceClock(-1)).rejects.toThrow('seconds must be >= 0');
	});
});

describe('a callback', () => {
	let receiver: Server;
	let bodies: string[];
	let url: string;
	beforeAll(async () => {
		receiver = createServer((request, response) => {
			let body = '';
			request.on('data', (chunk: Buffer) => (body += chunk.toString()));
			request.on('end', () => {
				bodies.push(body);
				response.end('noted');
			});
		});
		url = await listen(receiver);
	});
	beforeEach(() => (bodies = []));
	afterAll(async () => {
		receiver.close();
		await once(receiver, 'close');
	});

	test('is sent when the clock reaches the end of the job', async () => {
		const uuid = await submit(setup.api, { callbackUrl: url });
		await setup.sandbox.advanceClock(1000);
		await waitFor(async () => bodies.length === 1);
		expect(JSON.parse(bodies[0] ?? '')).toEqual({ uuid, status: 'completed' });
	});

	test('can be sent again, to its own URL or another one', async () => {
		const uuid = await submit(setup.api, { callbackUrl: `${url}/own` });
		const own = await setup.sandbox.sendCallback(uuid);
		expect(own).toMatchObject({ uuid, url: `${url}/own`, status: 200, response: 'noted' });
		const other = await setup.sandbox.sendCallback(uuid, `${url}/other`);
		expect(other.url).toBe(`${url}/other`);
		expect(bodies.map((body) => JSON.parse(body))).toEqual([
			{ uuid, status: 'pending' },
			{ uuid, status: 'pending' },
		]);
		expect((await setup.sandbox.state()).callbacks).toEqual([own, other]);
	});

	test('needs a job and a URL', async () => {
		await expect(setup.sandbox.sendCallback('no-such-job')).rejects.toThrow('no such job');
		const uuid = await submit(setup.api);
		await expect(setup.sandbox.sendCallback(uuid)).rejects.toThrow('have a callbackUrl');
	});

	test('of a video that never ends is not sent', async () => {
		await submit(setup.api, { prompt: '[endless]', callbackUrl: `${url}/endless` });
		const uuid = await submit(setup.api, { callbackUrl: url });
		await setup.sandbox.advanceClock(1_000_000);
		await waitFor(async () => bodies.length > 0);
		expect(bodies.map((body) => JSON.parse(body))).toEqual([{ uuid, status: 'completed' }]);
	});

	test('is scheduled again by a restored snapshot', async () => {
		await submit(setup.api, { callbackUrl: url });
		const snapshot = await setup.sandbox.save();
		await setup.sandbox.advanceClock(1000);
		await waitFor(async () => bodies.length === 1);
		await setup.sandbox.restore(snapshot);
		await setup.sandbox.advanceClock(1000);
		await waitFor(async () => bodies.length === 2);
	});
});

describe('a snapshot', () => {
	test('restores clock, credits, settings, jobs, images and faults', async () => {
		const { data } = await setup.api.post<Envelope>(UPLOAD, imageForm(IMAGES['image/png']));
		const uuid = await submit(setup.api, { seed: 7 });
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'hang' } });
		await setup.sandbox.settings({ errorStyle: 'ok' });
		await setup.sandbox.freezeClock();
		await setup.sandbox.advanceClock(500);
		const before = await setup.sandbox.state();
		const snapshot = await setup.sandbox.save();

		await setup.sandbox.reset();
		await submit(setup.api);
		await setup.sandbox.restore(snapshot);
		expect(await setup.sandbox.state()).toEqual(before);
		expect(await setup.sandbox.pendingFaults()).toHaveLength(1);
		await setup.sandbox.clearFaults();
		expect(await statusOf(uuid)).toMatchObject({ status: 'processing', progress: 50 });
		const image = await axios.get<ArrayBuffer>(String(data.data.imageUrl), {
			...{ proxy: false, responseType: 'arraybuffer' },
		});
		expect(Buffer.from(image.data).equals(IMAGES['image/png'])).toBe(true);
	});

	test('can be saved and restored again', async () => {
		await submit(setup.api);
		await setup.sandbox.freezeClock();
		const snapshot = await setup.sandbox.save();
		await setup.sandbox.restore(snapshot);
		expect(await setup.sandbox.save()).toEqual(snapshot);
	});

	test('is rejected if it is invalid, without a change', async () => {
		const uuid = await submit(setup.api);
		const snapshot = await setup.sandbox.save();
		const changed = { ...snapshot, settings: { ...snapshot.settings, credits: -1 }, jobs: [] };
		await expect(setup.sandbox.restore(changed)).rejects.toThrow('credits must be >= 0');
		expect((await setup.sandbox.state()).jobs).toMatchObject([{ uuid }]);
	});
});
