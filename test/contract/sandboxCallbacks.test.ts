/** How the sandbox calls back when a job has ended. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import { listen } from '../../scripts/lib/ports';
import { apiOf, eventually, submit } from './support';

interface Call {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
}

let sandbox: Sandbox;
let receiver: Server;
let url: string;
let calls: Call[];
/** What the receiver answers, the first status first; 200 when none is left. */
let answers: number[];

beforeAll(async () => {
	receiver = createServer((request, response) => {
		void text(request).then((body) => {
			const { method = '', url: path = '', headers } = request;
			calls.push({ method, path, headers, body });
			response.writeHead(answers.shift() ?? 200).end('noted');
		});
	});
	url = `${await listen(receiver)}/called`;
	sandbox = await startSandbox({ jobSeconds: 0.3, callbackUrl: url });
});
beforeEach(() => {
	calls = [];
	answers = [];
});
afterEach(async () => await sandbox.reset());
afterAll(async () => {
	await sandbox.close();
	receiver.close();
});

const callsOf = async (count: number) =>
	await eventually(async () => (await sandbox.state()).callbacks.length >= count);

test('the end of a job is told once, with its uuid and status', async () => {
	const uuid = await submit(apiOf(sandbox));
	await callsOf(1);
	await sleep(500); // longer than a second call would take to come
	expect(calls).toMatchObject([{ method: 'POST', path: '/called' }]);
	expect(calls[0]?.headers['content-type']).toContain('application/json');
	expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ uuid, status: 'completed' });
	expect((await sandbox.state()).callbacks).toEqual([
		{ uuid, url, at: expect.any(Number), try: 1, status: 200, answer: 'noted' },
	]);
});

test("a request's own callbackUrl wins", async () => {
	await submit(apiOf(sandbox), { callbackUrl: `${url}/mine?signature=1` });
	await callsOf(1);
	expect(calls.map(({ path }) => path)).toEqual(['/called/mine?signature=1']);
});

test('a job made by hand is told of too, and so is a failed one', async () => {
	const uuid = await sandbox.createJob({ status: 'failed' });
	await callsOf(1);
	expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ uuid, status: 'failed' });
});

test('nobody is called where nobody asked for it', async () => {
	await sandbox.settings({ callbackUrl: null });
	await sandbox.createJob({ status: 'completed' });
	await sandbox.settings({ callbackUrl: url });
	await sandbox.createJob({ status: 'completed' });
	await callsOf(1);
	expect(calls).toHaveLength(1);
});

test('the id stands where the settings say, with the headers they say', async () => {
	await sandbox.settings({ callbackPlace: 'data', callbackHeaders: { 'X-Secret': 's3' } });
	const first = await sandbox.createJob({ status: 'completed' });
	await callsOf(1);
	await sandbox.settings({ callbackPlace: 'query' });
	const second = await sandbox.createJob({ status: 'completed' });
	await callsOf(2);
	expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
		event: 'video.completed',
		data: { uuid: first, status: 'completed' },
	});
	expect(calls[1]).toMatchObject({ path: `/called?uuid=${second}`, body: '' });
	expect(calls.map(({ headers }) => headers['x-secret'])).toEqual(['s3', 's3']);
});

test('it can tell the same several times', async () => {
	await sandbox.settings({ callbackTimes: 3 });
	await sandbox.createJob({ status: 'completed' });
	await callsOf(3);
	expect((await sandbox.state()).callbacks.map((call) => call.try)).toEqual([1, 1, 1]);
	expect(calls).toHaveLength(3);
});

test('a call that is refused or not answered is tried again, with growing pauses', async () => {
	answers = [503, 409];
	await sandbox.settings({ callbackRetrySeconds: 0.05 });
	await sandbox.createJob({ status: 'completed' });
	await callsOf(3);
	const { callbacks } = await sandbox.state();
	expect(callbacks.map((call) => [call.try, call.status])).toEqual([
		[1, 503],
		[2, 409],
		[3, 200],
	]);
	const [first = 0, second = 0, third = 0] = callbacks.map(({ at }) => at);
	// timers may fire a millisecond early
	expect(second - first).toBeGreaterThanOrEqual(49);
	expect(third - second).toBeGreaterThanOrEqual(99);
});

test('a receiver that is not there is noted, and a reset ends the tries', async () => {
	await sandbox.settings({ callbackUrl: 'http://127.0.0.1:9/', callbackRetrySeconds: 0.01 });
	await sandbox.createJob({ status: 'completed' });
	await callsOf(2);
	expect((await sandbox.state()).callbacks[0]).toMatchObject({
		status: null,
		answer: 'ECONNREFUSED',
	});
	await sandbox.reset();
	await sleep(300); // several tries, if there were any
	expect((await sandbox.state()).callbacks).toEqual([]);
});

test('a setting that cannot be is refused', async () => {
	await expect(sandbox.settings({ callbackTimes: 0 })).rejects.toThrow('callbackTimes');
	await expect(sandbox.settings({ callbackUrl: 'nowhere' })).rejects.toThrow('callbackUrl');
});
