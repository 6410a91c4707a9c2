import { json, useEngine } from '../harness/setup';
import { TriggerNode } from '../harness/trigger';

const setup = useEngine();
const trigger = (parameters = {}) => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	return new TriggerNode(setup.engine, { apiKey, baseUrl }, parameters);
};
const completed = async () => await setup.sandbox.createJob({ status: 'completed' });

it('hands on the same item as Get Status', async () => {
	const uuid = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
	const { items, status } = await trigger().call({ body: { uuid } });
	const getStatus = await setup.run({ operation: 'getStatus' }, { items: json({ uuid }) });
	expect(status).toBe(200);
	expect(items?.map((item) => item.json)).toEqual(getStatus.items.map((item) => item.json));
});

it('keeps all fields that the API sent, but has no error key', async () => {
	const uuid = await completed();
	const data = { seed: 7, error: 'nonsense' };
	await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'patch', data } });
	const { items } = await trigger().call({ body: { uuid } });
	expect(items?.[0]?.json).toMatchObject({ seed: 7, apiError: 'nonsense' });
	expect(items?.[0]?.json).not.toHaveProperty('error');
});

it('tells of a video once for each status', async () => {
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

it('tells of it once though five calls come at once', async () => {
	const node = trigger();
	const uuid = await completed();
	const answers = await Promise.all([1, 2, 3, 4, 5].map(() => node.call({ body: { uuid } })));
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
	expect(answers.filter(({ items }) => items !== undefined)).toHaveLength(1);
	expect(await setup.calls('status')).toHaveLength(1);
});

it('lets all of five calls at once come again where the API cannot be asked', async () => {
	const node = trigger();
	const uuid = await completed();
	await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
	const answers = await Promise.all([1, 2, 3, 4, 5].map(() => node.call({ body: { uuid } })));
	expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
});

it('does not hold one node for another', async () => {
	const uuid = await completed();
	const all = await Promise.all([1, 2, 3].map(() => trigger().call({ body: { uuid } })));
	expect(all.map(({ items }) => items?.length)).toEqual([1, 1, 1]);
});

it('does not remember what was tried in the editor', async () => {
	const node = trigger();
	const uuid = await completed();
	node.mode = 'manual';
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
	node.mode = 'webhook';
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
});

it('takes completed without a URL for unfinished', async () => {
	await setup.sandbox.settings({ pollsWithoutUrl: 1 });
	const node = trigger();
	const uuid = await completed();
	expect(await node.call({ body: { uuid } })).toMatchObject({ status: 202, items: undefined });
	expect((await node.call({ body: { uuid } })).items).toHaveLength(1);
});

it.each([
	['the API knows no such video', { kind: 'error', code: 1000 }, 202],
	['it says so by another code', { kind: 'error', code: 4040, httpStatus: 404 }, 202],
	['its code says nothing', { kind: 'error', code: 4040, httpStatus: 400 }, 503],
	['the key is refused', { kind: 'error', code: 1002 }, 503],
	['it is asked too often', { kind: 'error', code: 1003 }, 503],
	['it is out of order', { kind: 'error', code: 5000 }, 503],
	['the address leads elsewhere', { kind: 'gateway', httpStatus: 404 }, 503],
	['a gateway answers', { kind: 'gateway', httpStatus: 504 }, 503],
	['the answer is cut', { kind: 'cut' }, 503],
	['it sends the request elsewhere', { kind: 'redirect', location: 'http://127.0.0.1:9/' }, 503],
] as const)('if %s', async (_, fault, expected) => {
	const echo = fault.kind === 'error' && { msg: `not with ${setup.sandbox.key}` };
	await setup.sandbox.fault({ endpoint: 'status', fault: { ...fault, ...echo } });
	const { status, items, logged } = await trigger().call({ body: { uuid: await completed() } });
	expect({ status, items }).toEqual({ status: expected, items: undefined });
	expect(logged).toHaveLength(expected === 503 ? 1 : 0);
	expect(logged.join()).not.toContain(setup.sandbox.key);
});

it.each([
	[{ apiKey: '' }, "The credential has no 'API Key'"],
	[{ baseUrl: 'nowhere' }, "'Base URL' in the credential is not a URL"],
	[{ baseUrl: 'http://127.0.0.1:9/api' }, 'The Veo API cannot be reached'],
])(
	'a credential that cannot work (%j) is told in the log, not to strangers',
	async (wrong, told) => {
		const { key: apiKey, baseUrl } = setup.sandbox;
		const node = new TriggerNode(setup.engine, { apiKey, baseUrl, ...wrong });
		const { status, items, body, logged } = await node.call({ body: { uuid: 'a' } });
		expect({ status, items }).toEqual({ status: 503, items: undefined });
		expect(body).toEqual({ message: 'The video cannot be looked up now' });
		expect(logged.join()).toContain(told);
	},
);

it('shuts the door where the secret is half set', async () => {
	const uuid = await completed();
	const node = trigger({ options: { secretHeader: 'X-Secret' } });
	const headers = { 'x-secret': '' };
	expect(await node.call({ body: { uuid }, headers })).toMatchObject({
		status: 503,
		items: undefined,
		logged: ["'Secret Value' is empty"],
	});
	expect(await setup.calls('status')).toEqual([]);
});

it('downloads the video, once for calls that come at once', async () => {
	const node = trigger({ options: { downloadVideo: true } });
	const uuid = await completed();
	const answers = await Promise.all([1, 2, 3].map(() => node.call({ body: { uuid } })));
	const items = answers.flatMap((answer) => answer.items ?? []);
	expect(items).toHaveLength(1);
	expect((await setup.engine.bytesOf(items[0])).toString('latin1', 4, 8)).toBe('ftyp');
	const videos = await setup.calls('video');
	expect(videos.map(({ hasAuthorization }) => hasAuthorization)).toEqual([false]);
});

it('hands on a failed video without a file', async () => {
	const uuid = await setup.sandbox.createJob({ status: 'failed' });
	const node = trigger({ options: { downloadVideo: true } });
	const { items } = await node.call({ body: { uuid } });
	expect(items?.[0]).not.toHaveProperty('binary');
});
