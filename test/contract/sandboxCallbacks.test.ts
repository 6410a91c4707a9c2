/** The callbacks that the sandbox sends when a job ends. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { listen } from '../../scripts/lib/ports';
import { useSandbox } from '../harness/sandbox';
import { submit } from './support/api';
import { waitFor } from './support/waitFor';

interface ReceivedRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
}

let receiver: Server;
let url: string;
let requests: ReceivedRequest[];
/** The HTTP statuses of the next responses. When it is empty, the status is 200. */
let statuses: number[];

beforeAll(async () => {
	receiver = createServer((request, response) => {
		void text(request).then((body) => {
			const { method = '', url: path = '', headers } = request;
			requests.push({ method, path, headers, body });
			response.writeHead(statuses.shift() ?? 200).end('noted');
		});
	});
	url = `${await listen(receiver)}/callback`;
});
const setup = useSandbox(() => ({ jobSeconds: 0.3, callbackUrl: url }));
beforeEach(() => {
	requests = [];
	statuses = [];
});
afterAll(() => {
	receiver.close();
});

const waitForAttempts = async (count: number) =>
	await waitFor(async () => (await setup.sandbox.state()).callbacks.length >= count);

test('the end of a job is reported once, with its uuid and status', async () => {
	const uuid = await submit(setup.api);
	await waitForAttempts(1);
	await sleep(500); // long enough for a duplicate to arrive
	expect(requests).toMatchObject([{ method: 'POST', path: '/callback' }]);
	expect(requests[0]?.headers['content-type']).toContain('application/json');
	expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ uuid, status: 'completed' });
	expect((await setup.sandbox.state()).callbacks).toEqual([
		{ uuid, url, at: expect.any(Number), attempt: 1, status: 200, response: 'noted' },
	]);
});

test('the callbackUrl of a request overrides the setting', async () => {
	await submit(setup.api, { callbackUrl: `${url}/mine?signature=1` });
	await waitForAttempts(1);
	expect(requests.map(({ path }) => path)).toEqual(['/callback/mine?signature=1']);
});

test('a job created by the control API is reported, and so is a failed one', async () => {
	const uuid = await setup.sandbox.createJob({ status: 'failed' });
	await waitForAttempts(1);
	expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ uuid, status: 'failed' });
});

test('without a callback URL there is no callback', async () => {
	await setup.sandbox.settings({ callbackUrl: null });
	await setup.sandbox.createJob({ status: 'completed' });
	await setup.sandbox.settings({ callbackUrl: url });
	await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(1);
	expect(requests).toHaveLength(1);
});

test('the settings determine the position of the ID and the headers', async () => {
	await setup.sandbox.settings({ callbackFormat: 'data', callbackHeaders: { 'X-Secret': 's3' } });
	const first = await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(1);
	await setup.sandbox.settings({ callbackFormat: 'query' });
	const second = await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(2);
	expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
		event: 'video.completed',
		data: { uuid: first, status: 'completed' },
	});
	expect(requests[1]).toMatchObject({ path: `/callback?uuid=${second}`, body: '' });
	expect(requests.map(({ headers }) => headers['x-secret'])).toEqual(['s3', 's3']);
});

test('a callback can be delivered several times', async () => {
	await setup.sandbox.settings({ callbackDeliveries: 3 });
	await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(3);
	expect((await setup.sandbox.state()).callbacks.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
	expect(requests).toHaveLength(3);
});

test('a callback without a 2xx response is retried with exponential backoff', async () => {
	statuses = [503, 409];
	await setup.sandbox.settings({ callbackRetrySeconds: 0.05 });
	await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(3);
	const { callbacks } = await setup.sandbox.state();
	expect(callbacks.map(({ attempt, status }) => [attempt, status])).toEqual([
		[1, 503],
		[2, 409],
		[3, 200],
	]);
	const [first = 0, second = 0, third = 0] = callbacks.map(({ at }) => at);
	// timers may fire a millisecond early
	expect(second - first).toBeGreaterThanOrEqual(49);
	expect(third - second).toBeGreaterThanOrEqual(99);
});

test('an unreachable receiver is recorded, and a reset cancels the retries', async () => {
	await setup.sandbox.settings({ callbackUrl: 'http://127.0.0.1:9/', callbackRetrySeconds: 0.01 });
	await setup.sandbox.createJob({ status: 'completed' });
	await waitForAttempts(2);
	expect((await setup.sandbox.state()).callbacks[0]).toMatchObject({
		status: null,
		response: 'ECONNREFUSED',
	});
	await setup.sandbox.reset();
	await sleep(300); // long enough for several retries
	expect((await setup.sandbox.state()).callbacks).toEqual([]);
});

test('an invalid setting is rejected', async () => {
	await expect(setup.sandbox.settings({ callbackDeliveries: 0 })).rejects.toThrow(
		'callbackDeliveries',
	);
	await expect(setup.sandbox.settings({ callbackUrl: 'nowhere' })).rejects.toThrow('callbackUrl');
});
