import { randomUUID } from 'node:crypto';
import { useEngine } from '../harness/setup';
import { TriggerNode } from '../harness/trigger';

const setup = useEngine();
const trigger = () => {
	const { key: apiKey, baseUrl } = setup.sandbox;
	return new TriggerNode(setup.engine, { apiKey, baseUrl });
};
const completed = async () => await setup.sandbox.createJob({ status: 'completed' });

it('a flood of invented IDs causes few status checks, and real events are processed', async () => {
	const node = trigger();
	const invented = Array.from({ length: 2000 }, () => node.call({ body: { uuid: randomUUID() } }));
	const responses = await Promise.all(invented);
	expect(responses.every(({ items }) => items === undefined)).toBe(true);
	const refused = responses.filter(({ status }) => status === 503);
	expect(refused.length).toBeGreaterThan(1800);
	expect(refused.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
	expect((await setup.calls('status')).length).toBeLessThan(200);
	const logged = responses.flatMap((response) => response.logged);
	expect(logged).toEqual([expect.stringContaining('Webhook requests are refused')]);

	// a provider sends its request again after an error
	const uuid = await completed();
	const first = await node.call({ body: { uuid } });
	const last = first.status === 503 ? await node.call({ body: { uuid } }) : first;
	expect(last).toMatchObject({ status: 200, items: [{ json: { uuid } }] });
});

it('many real events are all processed', async () => {
	const node = trigger();
	const uuids = await Promise.all(Array.from({ length: 60 }, completed));
	const responses = await Promise.all(uuids.map((uuid) => node.call({ body: { uuid } })));
	expect(responses.map(({ status }) => status)).toEqual(uuids.map(() => 200));
	expect(responses.map(({ items }) => items?.length)).toEqual(uuids.map(() => 1));
});

it('does not check an ID again that the API just did not know', async () => {
	const node = trigger();
	const uuid = randomUUID();
	for (let i = 0; i < 3; i++) expect((await node.call({ body: { uuid } })).status).toBe(202);
	expect(await setup.calls('status')).toHaveLength(1);
});

it('respects Retry-After for all requests', async () => {
	const node = trigger();
	const rateLimit = { kind: 'error' as const, code: 1003, retryAfter: '30' };
	await setup.sandbox.fault({ endpoint: 'status', times: 1, fault: rateLimit });
	const [first, second] = [await completed(), await completed()];
	expect(await node.call({ body: { uuid: first } })).toMatchObject({ status: 503 });
	const { status, headers } = await node.call({ body: { uuid: second } });
	expect(status).toBe(503);
	expect(Number(headers['retry-after'])).toBeGreaterThan(0);
	expect(await setup.calls('status')).toHaveLength(1);
});

it('one video is one event, however its ID is spelled', async () => {
	const node = trigger();
	const uuid = await completed();
	// the sandbox knows one spelling only, unlike an API that decodes the UUID
	const job = await setup.run({ operation: 'getStatus', videoId: uuid });
	const { videoUrl } = job.items[0]?.json ?? {};
	const body = JSON.stringify({ code: 0, data: { uuid, status: 'completed', videoUrl } });
	const fault = { kind: 'raw' as const, httpStatus: 200, contentType: 'application/json', body };
	await setup.sandbox.fault({ endpoint: 'status', times: 4, fault });
	const spellings = [uuid.toUpperCase(), uuid.replaceAll('-', ''), ` ${uuid} `, uuid];
	const together = await Promise.all(
		spellings.slice(0, 2).map((spelling) => node.call({ body: { uuid: spelling } })),
	);
	const later = [
		await node.call({ body: { uuid: spellings[2] } }),
		await node.call({ body: { uuid: spellings[3] } }),
	];
	const responses = [...together, ...later];
	expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	expect(responses.filter(({ items }) => items !== undefined)).toHaveLength(1);
});
