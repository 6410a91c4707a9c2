import { json, useEngine } from '../harness/setup';
import { TriggerNode } from '../harness/trigger';

const setup = useEngine();
const trigger = (parameters = {}) => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	return new TriggerNode(setup.engine, { apiKey, baseUrl }, parameters);
};
const completed = async () => await setup.sandbox.createJob({ status: 'completed' });
/** The same for all requests that start nothing, so that it doesn't reveal which videos exist. */
const IGNORED = {
	message: "Event ignored: the video is unknown, not finished, or excluded by 'Trigger On'",
};
const UNAVAILABLE = { message: 'Status temporarily unavailable, please retry' };

it('returns the same item as Get Status', async () => {
	const uuid = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
	const { items, status, body } = await trigger().call({ body: { uuid } });
	const getStatus = await setup.run({ operation: 'getStatus' }, { items: json({ uuid }) });
	expect({ status, body }).toEqual({ status: 200, body: { message: 'Event received' } });
	expect(items?.map((item) => item.json)).toEqual(getStatus.items.map((item) => item.json));
});

it('returns all fields that the API sent, but no error key', async () => {
	const uuid = await completed();
	const data = { seed: 7, error: 'nonsense' };
	await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'patch', data } });
	const { items } = await trigger().call({ body: { uuid } });
	expect(items?.[0]?.json).toMatchObject({ seed: 7, apiError: 'nonsense' });
	expect(items?.[0]?.json).not.toHaveProperty('error');
});

describe('deduplication', () => {
	it('starts the workflow once for each video and status, even after a restart', async () => {
		const node = trigger();
		const uuid = await completed();
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
		expect((await node.call({ body: { uuid } })).items).toBeUndefined();
		const data = { status: 'failed' };
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'patch', data } });
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
		const later = node.restarted();
		expect(await later.call({ body: { uuid } })).toMatchObject({ status: 200, items: undefined });
	});

	it('starts the workflow once for five simultaneous requests', async () => {
		const node = trigger();
		const uuid = await completed();
		const responses = await Promise.all([1, 2, 3, 4, 5].map(() => node.call({ body: { uuid } })));
		expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
		expect(responses.filter(({ items }) => items !== undefined)).toHaveLength(1);
		expect(await setup.calls('status')).toHaveLength(1);
	});

	it('responds with 503 to all of five simultaneous requests if the API is unreachable', async () => {
		const node = trigger();
		const uuid = await completed();
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
		const responses = await Promise.all([1, 2, 3, 4, 5].map(() => node.call({ body: { uuid } })));
		expect(responses.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
	});

	it('is separate for each node', async () => {
		const uuid = await completed();
		const all = await Promise.all([1, 2, 3].map(() => trigger().call({ body: { uuid } })));
		expect(all.map(({ items }) => items?.length)).toEqual([1, 1, 1]);
	});

	it('excludes requests to the test URL', async () => {
		const node = trigger();
		const uuid = await completed();
		node.mode = 'manual';
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
		node.mode = 'webhook';
		expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
	});
});

it('treats a completed video without a URL as unfinished', async () => {
	await setup.sandbox.settings({ pollsWithoutUrl: 1 });
	const node = trigger();
	const uuid = await completed();
	expect(await node.call({ body: { uuid } })).toMatchObject({
		...{ status: 202, body: IGNORED, items: undefined },
	});
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
});

describe("'Trigger On'", () => {
	it('excludes the statuses that are not selected', async () => {
		const node = trigger({ events: ['failed'] });
		const uuid = await completed();
		expect(await node.call({ body: { uuid } })).toMatchObject({
			...{ status: 202, body: IGNORED, items: undefined },
		});
		const failed = await setup.sandbox.createJob({ status: 'failed' });
		expect((await node.call({ body: { uuid: failed } })).items).toHaveLength(1);
	});

	it('is reported in the log if it is empty', async () => {
		expect(await trigger({ events: [] }).call({ body: { uuid: await completed() } })).toMatchObject(
			{
				...{ status: 503, body: UNAVAILABLE, items: undefined },
				logged: ["'Trigger On' is empty"],
			},
		);
	});
});

it.each([
	['the API rejects the ID', 202, { kind: 'error', code: 1000 }],
	['another code has the status 404', 202, { kind: 'error', code: 4040, httpStatus: 404 }],
	['another code has the status 400', 503, { kind: 'error', code: 4040, httpStatus: 400 }],
	['the API rejects the key', 503, { kind: 'error', code: 1002 }],
	['the rate limit is exceeded', 503, { kind: 'error', code: 1003 }],
	['the API reports a server error', 503, { kind: 'error', code: 5000 }],
	['the base URL is wrong', 503, { kind: 'gateway', httpStatus: 404 }],
	['a gateway responds', 503, { kind: 'gateway', httpStatus: 504 }],
	['the response is incomplete', 503, { kind: 'cut' }],
	['the API redirects the request', 503, { kind: 'redirect', location: 'http://127.0.0.1:9/' }],
] as const)('if %s, it responds with %i', async (_, expected, fault) => {
	const echo = fault.kind === 'error' && { msg: `rejected: key ${setup.sandbox.key}` };
	await setup.sandbox.fault({ endpoint: 'status', fault: { ...fault, ...echo } });
	const { status, items, logged } = await trigger().call({ body: { uuid: await completed() } });
	expect({ status, items }).toEqual({ status: expected, items: undefined });
	expect(logged).toHaveLength(expected === 503 ? 1 : 0);
	expect(logged.join()).not.toContain(setup.sandbox.key);
});

it.each([
	[{ apiKey: '' }, "'API Key' is missing in the credential"],
	[{ baseUrl: 'nowhere' }, "'Base URL' in the credential isn't a URL"],
	[{ baseUrl: 'http://127.0.0.1:9/api' }, "Couldn't connect to the Veo API: connection refused"],
])(
	'an invalid credential (%j) is reported in the log, not in the response',
	async (invalid, message) => {
		const { key: apiKey, baseUrl } = setup.sandbox;
		const node = new TriggerNode(setup.engine, { apiKey, baseUrl, ...invalid });
		const { status, items, body, logged } = await node.call({ body: { uuid: 'a' } });
		expect({ status, items }).toEqual({ status: 503, items: undefined });
		expect(body).toEqual(UNAVAILABLE);
		expect(logged.join()).toContain(message);
	},
);

describe("'Download Video'", () => {
	const withDownload = (outputBinaryPropertyName: string) =>
		trigger({ options: { download: { settings: { outputBinaryPropertyName } } } });

	it('returns the video as a file, downloaded once for simultaneous requests', async () => {
		const node = withDownload('data');
		const uuid = await completed();
		const responses = await Promise.all([1, 2, 3].map(() => node.call({ body: { uuid } })));
		const items = responses.flatMap((response) => response.items ?? []);
		expect(items).toHaveLength(1);
		expect((await setup.engine.bytesOf(items[0])).toString('latin1', 4, 8)).toBe('ftyp');
		const videos = await setup.calls('video');
		expect(videos.map(({ hasAuthorization }) => hasAuthorization)).toEqual([false]);
	});

	it('uses the given field name', async () => {
		const { items } = await withDownload('clip').call({ body: { uuid: await completed() } });
		expect(Object.keys(items?.[0]?.binary ?? {})).toEqual(['clip']);
	});

	it('returns a failed video without a file', async () => {
		const uuid = await setup.sandbox.createJob({ status: 'failed' });
		const { items } = await withDownload('data').call({ body: { uuid } });
		expect(items).toHaveLength(1);
		expect(items?.[0]).not.toHaveProperty('binary');
	});
});
