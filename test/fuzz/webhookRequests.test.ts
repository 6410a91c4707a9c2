/** Arbitrary requests to the trigger: its responses stay valid and reveal no secret. */
import fc from 'fast-check';
import { TriggerNode, type WebhookRequest, type WebhookResponse } from '../harness/trigger';
import {
	allTextIn,
	anyJson,
	anyObject,
	anyResponse,
	anyText,
	arePrototypesClean,
	campaign,
	jobResponse,
	KEY,
} from './support/hostile';
import { useHosts } from './support/servers';

const { title, settings, report } = campaign('webhook requests', 1000);
const SECRET = 'fuzz secret 9x';
const SECRET_HEADER = 'x-webhook-secret';

const setup = useHosts();

const validId = fc.constantFrom('a-1', 'b.2', 'C:3', '4');
const hostileId = fc.constantFrom(
	...['..', '../..', '../generate-video', '..%2fgenerate-video', '%2e%2e/x'],
	...['a/../../b', 'a\\..\\b'],
	...['a?x=1', 'a#x', '@evil.test', '//evil.test/', 'http://evil.test/', 'a\r\nHost: evil.test'],
	...['a\u0000', 'a;b', 'ａ', '\u202ea', 'a'.repeat(500), '__proto__', 'constructor', '${7*7}'],
);
/** The video of most API responses: a response about another one is rejected. */
const knownId = { weight: 8, arbitrary: fc.constant('a-1') };
const id = fc.oneof(knownId, { weight: 4, arbitrary: validId }, hostileId, anyText);
const idJson = fc.oneof({ weight: 5, arbitrary: id.map((text) => JSON.stringify(text)) }, anyJson);
const bodyText = fc.oneof(
	idJson.map((uuid) => `{"uuid":${uuid}}`),
	fc.tuple(idJson, anyJson).map(([uuid, more]) => `{"event":${more},"data":{"uuid":${uuid}}}`),
	fc
		.tuple(idJson, anyObject)
		.map(
			([uuid, proto]) =>
				`{"__proto__":${proto},"constructor":{"prototype":${proto}},"uuid":${uuid}}`,
		),
	anyJson,
	anyText,
	fc.constant('x'.repeat(100_001)),
	fc.nat(20_000).map((depth) => '['.repeat(depth)),
);

/** The body as n8n provides it, parsed or not. */
function received(text: string, encoding: BufferEncoding, isParsed: boolean): WebhookRequest {
	const rawBody = Buffer.from(text, encoding);
	if (!isParsed) return { rawBody };
	try {
		const body: unknown = JSON.parse(text);
		return { body, rawBody };
	} catch {
		return { body: text, rawBody };
	}
}

const request: fc.Arbitrary<WebhookRequest> = fc
	.record({
		content: fc
			.tuple(bodyText, fc.constantFrom('utf8', 'utf16le', 'latin1'), fc.boolean())
			.map(([text, encoding, isParsed]) => received(text, encoding, isParsed)),
		query: fc.oneof(
			fc.constant({}),
			fc.record({ uuid: fc.oneof(id, fc.array(id, { maxLength: 3 })) }),
			fc.record({ uuid: fc.record({ toString: id }) }),
		),
		secret: fc.oneof(
			{ weight: 3, arbitrary: fc.constant(SECRET) },
			fc.constantFrom('', SECRET.slice(1), `${SECRET} `, SECRET.toUpperCase()),
			fc.array(fc.constant(SECRET), { maxLength: 2 }),
			anyText,
		),
		more: fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 50 }), { maxKeys: 3 }),
	})
	.map(({ content, query, secret, more }) => ({
		...content,
		query,
		headers: { ...more, [SECRET_HEADER]: secret },
	}));

const scenario = fc.record({
	/** The first request is repeated at the end. */
	requests: fc
		.array(request, { minLength: 1, maxLength: 3 })
		.map((requests) => [...requests, ...requests.slice(0, 1)]),
	/** Whether requests need the secret. */
	hasSecret: fc.boolean(),
	download: fc.boolean(),
	apiResponse: fc.option(fc.oneof(anyResponse, jobResponse), { nil: null, freq: 20 }),
	videoResponse: fc.option(anyResponse, { nil: null, freq: 20 }),
});

const EXPECTED_STATUSES = [200, 202, 400, 401, 413, 503];
const STATUS_PATH = /^\/api\/video-status\/[\w.%~!'()*-]+$/; // what encodeURIComponent returns
const DOWNLOAD = { download: { settings: { outputBinaryPropertyName: 'data' } } };

it(`arbitrary webhook requests receive valid responses (${title})`, async () => {
	const { engine, hosts } = setup;
	const counts = {
		requests: 0,
		runs: 0,
		...Object.fromEntries(EXPECTED_STATUSES.map((status) => [status, 0])),
	};
	const statusCounts = new Map<number, number>();
	const property = fc.asyncProperty(
		scenario,
		async ({ requests, hasSecret, download, apiResponse, videoResponse }) => {
			hosts.prepare(apiResponse, videoResponse);
			const options = { ...(download && !isRetried(videoResponse?.status) && DOWNLOAD) };
			const credential = { apiKey: KEY, baseUrl: `${hosts.api.origin}/api` };
			const secret = { headerName: SECRET_HEADER, headerValue: SECRET };
			const trigger = new TriggerNode(
				engine,
				credential,
				{ options },
				hasSecret ? secret : undefined,
			);

			const responses: WebhookResponse[] = [];
			// the first two simultaneously, as a service that repeats itself can send them
			const [first, second, ...others] = requests.map((each) => async () => {
				responses.push(await trigger.call(each));
			});
			await Promise.all([first?.(), second?.()]);
			for (const other of others) await other();

			for (const [index, { status, items }] of responses.entries()) {
				counts.requests++;
				counts.runs += Number(items !== undefined);
				statusCounts.set(status, (statusCounts.get(status) ?? 0) + 1);
				expect([index, EXPECTED_STATUSES.includes(status)]).toEqual([index, true]);
				if (items) expect(status).toBe(200);
				for (const { json } of items ?? []) {
					expect(['completed', 'failed']).toContain(json.status);
					expect(Object.hasOwn(json, 'error')).toBe(false);
				}
			}
			// once for each video: within a scenario, the API always returns the same status
			const uuids = responses.flatMap(({ items = [] }) => items.map(({ json }) => json.uuid));
			expect(new Set(uuids).size).toBe(uuids.length);

			// only status checks are sent, and only for requests with the secret
			for (const { path } of hosts.api.requests) expect(path).toMatch(STATUS_PATH);
			const authorized = requests.filter(({ headers }) => headers?.[SECRET_HEADER] === SECRET);
			if (hasSecret) expect(hosts.api.requests.length).toBeLessThanOrEqual(authorized.length);
			// only the API receives the key, and no response contains the secret
			expect([hosts.media.requestsWithKey, hosts.evil.requestsWithKey]).toEqual([[], []]);
			// data of the API is unchanged, even if it contains the key
			const withoutItems = responses.map((response) => ({ ...response, items: undefined }));
			// a log names the ID of a request, which these senders may take from the key
			const bodies = requests.map(({ rawBody }) => String(rawBody).replaceAll('\\/', '/'));
			const isKeySent = allTextIn([requests, bodies]).includes(KEY);
			const revealed = allTextIn([withoutItems, trigger.staticData]).includes(KEY);
			expect(revealed && !isKeySent).toBe(false);
			const shown = allTextIn([responses, trigger.staticData]);
			expect(shown.includes(SECRET)).toBe(false);
			expect(arePrototypesClean()).toBe(true);
		},
	);
	await fc.assert(property, settings);
	Object.assign(counts, Object.fromEntries(statusCounts));
	// the generator must cover every response
	expect([...statusCounts.keys()].sort()).toEqual(EXPECTED_STATUSES);
	expect(counts.runs).toBeGreaterThan(settings.numRuns / 20);
	report(counts);
}, 300_000);

/** Retries of a download take seconds. operations.test.ts covers the statuses that cause them. */
const isRetried = (status = 599) =>
	status >= 500 || status === 408 || status === 429 || (status >= 300 && status < 400);
