/** Every fault does what it says, on a real socket. */
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AxiosInstance } from 'axios';

import { type Fault, type FaultOrder, type Sandbox, startSandbox } from '../../sandbox/client';
import {
	apiOf,
	type Envelope,
	eventually,
	failureOf,
	formWith,
	GENERATE,
	IMAGES,
	statusOf,
	textToVideo,
	UPLOAD,
} from './support';

let sandbox: Sandbox;
let api: AxiosInstance;

beforeAll(async () => {
	sandbox = await startSandbox();
	api = apiOf(sandbox);
});
afterEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.close());

const order = (fault: Fault, more: Partial<FaultOrder> = {}): FaultOrder => ({
	endpoint: 'generate',
	fault,
	...more,
});
const generate = async (config = {}) => await api.post<Envelope>(GENERATE, textToVideo(), config);
/** Credits spent, and the jobs that exist. */
const made = async () => {
	const { credits, jobs } = await sandbox.state();
	return { spent: 100 - credits, jobs: jobs.length };
};
const ACTED = { spent: 2, jobs: 1 };
const NOT_ACTED = { spent: 0, jobs: 0 };
const lastVisit = async () => (await sandbox.journal()).at(-1);

describe('answers in the place of the true one', () => {
	test('error: any code, message, data and status in the envelope', async () => {
		await sandbox.fault(order({ kind: 'error', code: 5000 }));
		expect(await generate()).toMatchObject({ status: 500, data: { code: 5000, data: {} } });

		const details = { msg: 'odd', httpStatus: 418, data: { why: 1 }, retryAfter: '7' };
		await sandbox.fault(order({ kind: 'error', code: 1234, ...details }));
		expect(await generate()).toMatchObject({
			status: 418,
			headers: { 'retry-after': '7' },
			data: { code: 1234, msg: 'odd', data: { why: 1 } },
		});
		expect(await made()).toEqual(NOT_ACTED);
		expect(await lastVisit()).toMatchObject({ fault: 'error', status: 418, code: 1234 });
	});

	test('error: HTTP 200 in the ok style', async () => {
		await sandbox.settings({ errorStyle: 'ok' });
		await sandbox.fault(order({ kind: 'error', code: 1001 }));
		expect(await generate()).toMatchObject({
			status: 200,
			data: { code: 1001, data: { required: 2, current: 0 } },
		});
	});

	test('gateway: a page of HTML, or nothing at all', async () => {
		await sandbox.fault(
			order({ kind: 'gateway', httpStatus: 502 }),
			order({ kind: 'gateway', httpStatus: 429, body: '', retryAfter: '3' }),
		);
		const page = await generate();
		expect([page.status, page.headers['content-type']]).toEqual([502, 'text/html']);
		expect(page.data).toContain('<h1>502</h1>');
		const nothing = await generate();
		expect([nothing.status, nothing.data]).toEqual([429, '']);
		expect(nothing.headers['retry-after']).toBe('3');
		expect(await made()).toEqual(NOT_ACTED);
	});

	test('gateway with accept: the job was made all the same', async () => {
		await sandbox.fault(order({ kind: 'gateway', httpStatus: 504, accept: true }));
		expect((await generate()).status).toBe(504);
		expect(await made()).toEqual(ACTED);
		const [job] = (await sandbox.state()).jobs;
		expect(await lastVisit()).toMatchObject({ status: 504, code: null, acceptedUuid: job?.uuid });
	});

	test('malformed: HTTP 200 with JSON that ends too soon', async () => {
		await sandbox.fault(order({ kind: 'malformed' }), order({ kind: 'malformed', accept: true }));
		const answer = await generate({ responseType: 'text', transformResponse: [] });
		expect(answer.status).toBe(200);
		expect(answer.headers['content-type']).toContain('application/json');
		expect(answer.data).toBe('{"code":0,"msg":"ok","data":{');
		expect(await made()).toEqual(NOT_ACTED);
		await generate();
		expect(await made()).toEqual(ACTED);
	});

	test('raw and redirect: as given', async () => {
		await sandbox.fault(
			order({ kind: 'raw', httpStatus: 203, contentType: 'text/plain', body: 'hello' }),
			order({ kind: 'redirect', location: 'http://elsewhere.test/' }),
			order({ kind: 'redirect', httpStatus: 307, location: '/login' }),
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

	test('patch: the true answer with fields changed and removed', async () => {
		const patch: Fault = { kind: 'patch', data: { uuid: 5, extra: null }, remove: ['createdAt'] };
		await sandbox.fault(order(patch));
		const { data } = (await generate()).data;
		expect(data).toMatchObject({ uuid: 5, extra: null, status: 'pending' });
		expect(data).not.toHaveProperty('createdAt');
		expect(await made()).toEqual(ACTED);
	});
});

describe('connections that break', () => {
	test('resetBefore: nothing was made', async () => {
		await sandbox.fault(order({ kind: 'resetBefore' }));
		expect(await failureOf(generate())).toBe('ECONNRESET');
		expect(await made()).toEqual(NOT_ACTED);
		expect(await lastVisit()).toMatchObject({ fault: 'resetBefore', status: null, code: null });
	});

	test('resetAfter: the job exists, but nobody was told', async () => {
		await sandbox.fault(order({ kind: 'resetAfter' }));
		expect(await failureOf(generate())).toBe('ECONNRESET');
		expect(await made()).toEqual(ACTED);
		const [job] = (await sandbox.state()).jobs;
		expect(await lastVisit()).toMatchObject({ status: null, acceptedUuid: job?.uuid });
	});

	test.each([
		[false, NOT_ACTED],
		[true, ACTED],
	])('cut with accept %s: half of the promised answer, then a reset', async (accept, outcome) => {
		await sandbox.fault(order({ kind: 'cut', accept }));
		const { promised, received, broken } = await readRaw();
		expect(broken).toBe(true);
		expect(promised).toBeGreaterThan(100);
		expect(received).toBe(Math.floor(promised / 2));
		expect(await made()).toEqual(outcome);
		expect(await lastVisit()).toMatchObject({ fault: 'cut', status: null });
	});

	test.each([
		[false, NOT_ACTED],
		[true, ACTED],
	])('hang with accept %s: no answer until the client leaves', async (accept, outcome) => {
		await sandbox.fault(order({ kind: 'hang', accept }));
		const client = new AbortController();
		const failure = failureOf(generate({ signal: client.signal }));
		await eventually(async () => (await lastVisit())?.fault === 'hang');
		expect(await made()).toEqual(outcome);
		client.abort();
		expect(await failure).toBe('ERR_CANCELED');
		expect(await lastVisit()).toMatchObject({ fault: 'hang', status: null });
	});

	test('an upload can be reset before and after it was taken', async () => {
		await sandbox.fault(
			order({ kind: 'resetBefore' }, { endpoint: 'upload' }),
			order({ kind: 'resetAfter' }, { endpoint: 'upload' }),
		);
		const upload = async () => await failureOf(api.post(UPLOAD, formWith(IMAGES['image/png'])));
		expect(['ECONNRESET', 'EPIPE']).toContain(await upload());
		expect((await sandbox.state()).uploads).toHaveLength(0);
		expect(await upload()).toBe('ECONNRESET');
		expect((await sandbox.state()).uploads).toHaveLength(1);
	});
});

describe('answers that take their time', () => {
	test('slow: acted on at once, answered later', async () => {
		await sandbox.fault(order({ kind: 'slow', ms: 200 }));
		const start = Date.now();
		const answer = generate();
		await eventually(async () => (await made()).jobs === 1);
		expect((await answer).data.code).toBe(0);
		expect(Date.now() - start).toBeGreaterThanOrEqual(195);
	});

	test('slow: a client that leaves first was not answered', async () => {
		await sandbox.fault(order({ kind: 'slow', ms: 1000 }));
		const client = new AbortController();
		const failure = failureOf(generate({ signal: client.signal }));
		await eventually(async () => (await made()).jobs === 1);
		client.abort();
		expect(await failure).toBe('ERR_CANCELED');
		await sleep(1100);
		expect(await lastVisit()).toMatchObject({ fault: 'slow', status: null, code: null });
	});

	test('drip: headers at once, then the true body piece by piece', async () => {
		await sandbox.fault(order({ kind: 'drip', ms: 200 }));
		const { promised, received, broken, pieces } = await readRaw();
		expect({ received, broken }).toEqual({ received: promised, broken: false });
		expect(pieces).toBeGreaterThan(1);
	});
});

/** Submits a job and watches how the answer's bytes come in. */
async function readRaw() {
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const headers = { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' };
		const request = httpRequest(`${sandbox.baseUrl}${GENERATE}`, { method: 'POST', headers });
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
	return { promised: Number(response.headers['content-length']), received, broken, pieces };
}

describe('the queue of faults', () => {
	const gateway: Fault = { kind: 'gateway', httpStatus: 502 };
	const look = async (uuid: string) => (await api.get(statusOf(uuid))).status;

	test('a fault hits once unless told, and only its endpoint', async () => {
		const uuid = await sandbox.createJob();
		await sandbox.fault(order(gateway, { endpoint: 'status' }));
		expect((await generate()).status).toBe(200);
		expect([await look(uuid), await look(uuid)]).toEqual([502, 200]);
	});

	test('times and skip count the requests that match', async () => {
		const uuid = await sandbox.createJob();
		await sandbox.fault(order(gateway, { endpoint: 'any', skip: 1, times: 2 }));
		expect(await sandbox.faultsLeft()).toMatchObject([{ skip: 1, times: 2, fault: gateway }]);
		const statuses = [];
		for (let looks = 0; looks < 4; looks += 1) statuses.push(await look(uuid));
		expect(statuses).toEqual([200, 502, 502, 200]);
		expect(await sandbox.faultsLeft()).toEqual([]);
	});

	test('match looks into the body’s text and the uuid; the first order that fits wins', async () => {
		const [one, other] = [await sandbox.createJob(), await sandbox.createJob()];
		await sandbox.fault(
			order({ kind: 'gateway', httpStatus: 503 }, { endpoint: 'any', match: other }),
			order(gateway, { endpoint: 'any', match: 'lighthouse' }),
			order({ kind: 'gateway', httpStatus: 504 }, { endpoint: 'status', times: 2 }),
		);
		expect([await look(one), await look(other), await look(other)]).toEqual([504, 503, 504]);
		expect((await generate()).status).toBe(502);
	});

	test('they can be cleared', async () => {
		await sandbox.fault(order(gateway, { times: 9 }));
		await sandbox.clearFaults();
		expect((await generate()).status).toBe(200);
	});

	test('they happen before the key is looked at, as at a gateway', async () => {
		await sandbox.fault(order(gateway));
		const { status } = await apiOf(sandbox, 'wrong').post(GENERATE, textToVideo());
		expect(status).toBe(502);
		expect(await lastVisit()).toMatchObject({ keyAccepted: false });
	});

	test.each<[string, object]>([
		['an unknown kind', { endpoint: 'status', fault: { kind: 'strange' } }],
		['a missing field', { endpoint: 'status', fault: { kind: 'slow' } }],
		['a misspelt field', { endpoint: 'status', time: 2, fault: { kind: 'hang' } }],
		['an unknown endpoint', { endpoint: 'videos', fault: { kind: 'hang' } }],
	])('%s is refused, so that no test waits for nothing', async (_name, body) => {
		const { status } = await api.post(`${sandbox.origin}/__sandbox/faults`, [body]);
		expect(status).toBe(400);
		expect(await sandbox.faultsLeft()).toEqual([]);
	});
});
