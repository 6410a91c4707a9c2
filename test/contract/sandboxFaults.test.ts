/** The effect of every fault, on a real socket. */
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault, FaultRule } from '../../sandbox/client';
import { useSandbox } from '../harness/sandbox';
import {
	clientFor,
	type Envelope,
	GENERATE,
	networkErrorOf,
	statusPath,
	textToVideo,
	UPLOAD,
} from './support/api';
import { imageForm, IMAGES } from './support/images';
import { waitFor } from './support/waitFor';

const setup = useSandbox();

const rule = (fault: Fault, fields: Partial<FaultRule> = {}): FaultRule => ({
	endpoint: 'generate',
	fault,
	...fields,
});
const generate = async (config = {}) =>
	await setup.api.post<Envelope>(GENERATE, textToVideo(), config);
/** The credits spent and the number of jobs. */
const effects = async () => {
	const { credits, jobs } = await setup.sandbox.state();
	return { spent: 100 - credits, jobs: jobs.length };
};
const PROCESSED = { spent: 2, jobs: 1 };
const NOT_PROCESSED = { spent: 0, jobs: 0 };
const lastEntry = async () => (await setup.sandbox.journal()).at(-1);

describe('replaced responses', () => {
	test('error: any code, message, data and status in the envelope', async () => {
		await setup.sandbox.fault(rule({ kind: 'error', code: 5000 }));
		expect(await generate()).toMatchObject({ status: 500, data: { code: 5000, data: {} } });

		const details = { msg: 'odd', httpStatus: 418, data: { why: 1 }, retryAfter: '7' };
		await setup.sandbox.fault(rule({ kind: 'error', code: 1234, ...details }));
		expect(await generate()).toMatchObject({
			status: 418,
			headers: { 'retry-after': '7' },
			data: { code: 1234, msg: 'odd', data: { why: 1 } },
		});
		expect(await effects()).toEqual(NOT_PROCESSED);
		expect(await lastEntry()).toMatchObject({ fault: 'error', status: 418, code: 1234 });
	});

	test('error: HTTP 200 in the ok style', async () => {
		await setup.sandbox.settings({ errorStyle: 'ok' });
		await setup.sandbox.fault(rule({ kind: 'error', code: 1001 }));
		expect(await generate()).toMatchObject({
			status: 200,
			data: { code: 1001, data: { required: 2, current: 0 } },
		});
	});

	test('gateway: an HTML page or an empty body', async () => {
		await setup.sandbox.fault(
			rule({ kind: 'gateway', httpStatus: 502 }),
			rule({ kind: 'gateway', httpStatus: 429, body: '', retryAfter: '3' }),
		);
		const page = await generate();
		expect([page.status, page.headers['content-type']]).toEqual([502, 'text/html']);
		expect(page.data).toContain('<h1>502</h1>');
		const empty = await generate();
		expect([empty.status, empty.data]).toEqual([429, '']);
		expect(empty.headers['retry-after']).toBe('3');
		expect(await effects()).toEqual(NOT_PROCESSED);
	});

	test('gateway with accept: the job is created anyway', async () => {
		await setup.sandbox.fault(rule({ kind: 'gateway', httpStatus: 504, accept: true }));
		expect((await generate()).status).toBe(504);
		expect(await effects()).toEqual(PROCESSED);
		const [job] = (await setup.sandbox.state()).jobs;
		expect(await lastEntry()).toMatchObject({ status: 504, code: null, acceptedUuid: job?.uuid });
	});

	test('malformed: HTTP 200 with truncated JSON', async () => {
		await setup.sandbox.fault(
			rule({ kind: 'malformed' }),
			rule({ kind: 'malformed', accept: true }),
		);
		const response = await generate({ responseType: 'text', transformResponse: [] });
		expect(response.status).toBe(200);
		expect(response.headers['content-type']).toContain('application/json');
		expect(response.data).toBe('{"code":0,"msg":"ok","data":{');
		expect(await effects()).toEqual(NOT_PROCESSED);
		await generate();
		expect(await effects()).toEqual(PROCESSED);
	});

	test('raw and redirect: the response consists of the given values', async () => {
		await setup.sandbox.fault(
			rule({ kind: 'raw', httpStatus: 203, contentType: 'text/plain', body: 'hello' }),
			rule({ kind: 'redirect', location: 'http://elsewhere.test/' }),
			rule({ kind: 'redirect', httpStatus: 307, location: '/login' }),
		);
		const raw = await generate();
		expect([raw.status, raw.headers['content-type'], raw.data]).toEqual([
			203,
			'text/plain',
			'hello',
		]);
		expect(await generate()).toMatchObject({
			status: 302,
			headers: { location: 'http://elsewhere.test/' },
		});
		expect(await generate()).toMatchObject({ status: 307, headers: { location: '/login' } });
	});

	test('patch: the real response with fields replaced and removed', async () => {
		const patch: Fault = { kind: 'patch', data: { uuid: 5, extra: null }, remove: ['createdAt'] };
		await setup.sandbox.fault(rule(patch));
		const { data } = (await generate()).data;
		expect(data).toMatchObject({ uuid: 5, extra: null, status: 'pending' });
		expect(data).not.toHaveProperty('createdAt');
		expect(await effects()).toEqual(PROCESSED);
	});
});

describe('broken connections', () => {
	test('resetBefore: the request has no effect', async () => {
		await setup.sandbox.fault(rule({ kind: 'resetBefore' }));
		expect(await networkErrorOf(generate())).toBe('ECONNRESET');
		expect(await effects()).toEqual(NOT_PROCESSED);
		expect(await lastEntry()).toMatchObject({ fault: 'resetBefore', status: null, code: null });
	});

	test('resetAfter: the job exists, but there is no response', async () => {
		await setup.sandbox.fault(rule({ kind: 'resetAfter' }));
		expect(await networkErrorOf(generate())).toBe('ECONNRESET');
		expect(await effects()).toEqual(PROCESSED);
		const [job] = (await setup.sandbox.state()).jobs;
		expect(await lastEntry()).toMatchObject({ status: null, acceptedUuid: job?.uuid });
	});

	test.each([
		[false, NOT_PROCESSED],
		[true, PROCESSED],
	])('cut with accept %s: half of the response, then a reset', async (accept, expected) => {
		await setup.sandbox.fault(rule({ kind: 'cut', accept }));
		const { contentLength, received, broken } = await readRaw();
		expect(broken).toBe(true);
		expect(contentLength).toBeGreaterThan(100);
		expect(received).toBe(Math.floor(contentLength / 2));
		expect(await effects()).toEqual(expected);
		expect(await lastEntry()).toMatchObject({ fault: 'cut', status: null });
	});

	test.each([
		[false, NOT_PROCESSED],
		[true, PROCESSED],
	])('hang with accept %s: no response until the client disconnects', async (accept, expected) => {
		await setup.sandbox.fault(rule({ kind: 'hang', accept }));
		const client = new AbortController();
		const failure = networkErrorOf(generate({ signal: client.signal }));
		await waitFor(async () => (await lastEntry())?.fault === 'hang');
		expect(await effects()).toEqual(expected);
		client.abort();
		expect(await failure).toBe('ERR_CANCELED');
		expect(await lastEntry()).toMatchObject({ fault: 'hang', status: null });
	});

	test('an upload can be reset before and after it is stored', async () => {
		await setup.sandbox.fault(
			rule({ kind: 'resetBefore' }, { endpoint: 'upload' }),
			rule({ kind: 'resetAfter' }, { endpoint: 'upload' }),
		);
		const upload = async () =>
			await networkErrorOf(setup.api.post(UPLOAD, imageForm(IMAGES['image/png'])));
		expect(['ECONNRESET', 'EPIPE']).toContain(await upload());
		expect((await setup.sandbox.state()).uploads).toHaveLength(0);
		expect(await upload()).toBe('ECONNRESET');
		expect((await setup.sandbox.state()).uploads).toHaveLength(1);
	});
});

describe('slow responses', () => {
	test('slow: the request is processed immediately, the response is delayed', async () => {
		await setup.sandbox.fault(rule({ kind: 'slow', ms: 200 }));
		const start = Date.now();
		const response = generate();
		await waitFor(async () => (await effects()).jobs === 1);
		expect((await response).data.code).toBe(0);
		expect(Date.now() - start).toBeGreaterThanOrEqual(195);
	});

	test('slow: a client that disconnects early gets no response', async () => {
		await setup.sandbox.fault(rule({ kind: 'slow', ms: 1000 }));
		const client = new AbortController();
		const failure = networkErrorOf(generate({ signal: client.signal }));
		await waitFor(async () => (await effects()).jobs === 1);
		client.abort();
		expect(await failure).toBe('ERR_CANCELED');
		await sleep(1100);
		expect(await lastEntry()).toMatchObject({ fault: 'slow', status: null, code: null });
	});

	test('drip: immediate headers, then the body in pieces', async () => {
		await setup.sandbox.fault(rule({ kind: 'drip', ms: 200 }));
		const { contentLength, received, broken, pieces } = await readRaw();
		expect({ received, broken }).toEqual({ received: contentLength, broken: false });
		expect(pieces).toBeGreaterThan(1);
	});
});

/** Submits a job and records how the bytes of the response arrive. */
async function readRaw() {
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const headers = {
			authorization: `Bearer ${setup.sandbox.key}`,
			'content-type': 'application/json',
		};
		const request = httpRequest(`${setup.sandbox.baseUrl}${GENERATE}`, { method: 'POST', headers });
		request.once('error', reject).once('response', resolve).end(JSON.stringify(textToVideo()));
	});
	let [received, pieces, broken] = [0, 0, false];
	try {
		for await (const chunk of response) {
			received += Buffer.from(chunk).length;
			pieces += 1;
		}
	} catch {
		broken = true;
	}
	return { contentLength: Number(response.headers['content-length']), received, broken, pieces };
}

describe('the fault queue', () => {
	const gateway: Fault = { kind: 'gateway', httpStatus: 502 };
	const poll = async (uuid: string) => (await setup.api.get(statusPath(uuid))).status;

	test('by default, a fault affects one request to its endpoint', async () => {
		const uuid = await setup.sandbox.createJob();
		await setup.sandbox.fault(rule(gateway, { endpoint: 'status' }));
		expect((await generate()).status).toBe(200);
		expect([await poll(uuid), await poll(uuid)]).toEqual([502, 200]);
	});

	test('times and skip count matching requests', async () => {
		const uuid = await setup.sandbox.createJob();
		await setup.sandbox.fault(rule(gateway, { endpoint: 'any', skip: 1, times: 2 }));
		expect(await setup.sandbox.pendingFaults()).toMatchObject([
			{ skip: 1, times: 2, fault: gateway },
		]);
		const statuses = [];
		for (let count = 0; count < 4; count += 1) statuses.push(await poll(uuid));
		expect(statuses).toEqual([200, 502, 502, 200]);
		expect(await setup.sandbox.pendingFaults()).toEqual([]);
	});

	test('match searches the body and the uuid, and the first matching rule wins', async () => {
		const [one, other] = [await setup.sandbox.createJob(), await setup.sandbox.createJob()];
		await setup.sandbox.fault(
			rule({ kind: 'gateway', httpStatus: 503 }, { endpoint: 'any', match: other }),
			rule(gateway, { endpoint: 'any', match: 'lighthouse' }),
			rule({ kind: 'gateway', httpStatus: 504 }, { endpoint: 'status', times: 2 }),
		);
		expect([await poll(one), await poll(other), await poll(other)]).toEqual([504, 503, 504]);
		expect((await generate()).status).toBe(502);
	});

	test('faults can be cleared', async () => {
		await setup.sandbox.fault(rule(gateway, { times: 9 }));
		await setup.sandbox.clearFaults();
		expect((await generate()).status).toBe(200);
	});

	test('faults occur before the key is checked, like those of a gateway', async () => {
		await setup.sandbox.fault(rule(gateway));
		const { status } = await clientFor(setup.sandbox, 'wrong').post(GENERATE, textToVideo());
		expect(status).toBe(502);
		expect(await lastEntry()).toMatchObject({ keyAccepted: false });
	});

	test.each<[string, object]>([
		['an unknown kind', { endpoint: 'status', fault: { kind: 'strange' } }],
		['a missing field', { endpoint: 'status', fault: { kind: 'slow' } }],
		['an unknown field', { endpoint: 'status', time: 2, fault: { kind: 'hang' } }],
		['an unknown endpoint', { endpoint: 'videos', fault: { kind: 'hang' } }],
	])(
		'%s is rejected, so that a test does not wait for a fault that never occurs',
		async (_name, body) => {
			const { status } = await setup.api.post(`${setup.sandbox.origin}/__sandbox/faults`, [body]);
			expect(status).toBe(400);
			expect(await setup.sandbox.pendingFaults()).toEqual([]);
		},
	);
});
