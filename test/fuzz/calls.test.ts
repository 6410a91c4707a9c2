/** Whatever calls the trigger: it answers, believes nothing, and gives nothing away. */
import fc from 'fast-check';
import { TriggerNode, type WebhookRequest, type WebhookResponse } from '../harness/trigger';
import {
	anyAnswer,
	anyJson,
	anyObject,
	anyText,
	campaign,
	everythingIn,
	jobAnswer,
	KEY,
	prototypesAreClean,
} from './support/hostile';
import { useHosts } from './support/servers';

const { title, settings, report } = campaign('calls', 3000);
const SECRET = 'fuzz secret 9x';

const setup = useHosts();

const goodId = fc.constantFrom('a-1', 'b.2', 'C:3', '4');
const trickId = fc.constantFrom(
	...[
		'..',
		'../..',
		'../generate-video',
		'..%2fgenerate-video',
		'%2e%2e/x',
		'a/../../b',
		'a\\..\\b',
	],
	...['a?x=1', 'a#x', '@evil.test', '//evil.test/', 'http://evil.test/', 'a\r\nHost: evil.test'],
	...['a\u0000', 'a;b', 'ａ', '\u202ea', 'a'.repeat(500), '__proto__', 'constructor', '${7*7}'],
);
const id = fc.oneof({ weight: 4, arbitrary: goodId }, trickId, anyText);
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

/** The body as n8n's parser would hand it over, parsed or not. */
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

const call: fc.Arbitrary<WebhookRequest> = fc
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
		headers: { ...more, 'x-webhook-secret': secret },
	}));

const scene = fc.record({
	/** The first one comes once more at the end. */
	calls: fc
		.array(call, { minLength: 1, maxLength: 3 })
		.map((calls) => [...calls, ...calls.slice(0, 1)]),
	/** Whether the node asks for the secret. */
	guarded: fc.boolean(),
	download: fc.boolean(),
	answer: fc.option(fc.oneof(anyAnswer, jobAnswer), { nil: null, freq: 20 }),
	video: fc.option(anyAnswer, { nil: null, freq: 20 }),
});

const EXPECTED = [200, 202, 400, 401, 413, 503];
const LOOK = /^\/api\/video-status\/[\w.%-]+$/;

it(`no call breaks anything (${title})`, async () => {
	const { engine, hosts } = setup;
	const counts = {
		calls: 0,
		runs: 0,
		...Object.fromEntries(EXPECTED.map((status) => [status, 0])),
	};
	const countOutcomes = new Map<number, number>();
	const property = fc.asyncProperty(scene, async ({ calls, guarded, download, answer, video }) => {
		hosts.forget();
		hosts.api.answer = answer && hosts.local(answer);
		hosts.media.answer = video && hosts.localWithoutKey(video);
		hosts.evil.answer = { status: 200, headers: { 'content-type': 'video/mp4' }, text: 'evil' };
		const options = {
			...(guarded && { secretValue: SECRET }),
			...(download && !isTriedAgain(video?.status) && { downloadVideo: true }),
		};
		const credential = { apiKey: KEY, baseUrl: `${hosts.api.origin}/api` };
		const trigger = new TriggerNode(engine, credential, { options });

		const answers: WebhookResponse[] = [];
		// the first two at the same time, as a service that repeats itself may send them
		const [first, second, ...others] = calls.map((each) => async () => {
			answers.push(await trigger.call(each));
		});
		await Promise.all([first?.(), second?.()]);
		for (const other of others) await other();

		for (const [index, each] of answers.entries()) {
			counts.calls++;
			counts.runs += Number(each.items !== undefined);
			countOutcomes.set(each.status, (countOutcomes.get(each.status) ?? 0) + 1);
			expect([index, EXPECTED.includes(each.status)]).toEqual([index, true]);
			if (each.items) expect(each.status).toBe(200);
			for (const { json } of each.items ?? []) {
				expect(['completed', 'failed']).toContain(json.status);
				expect(Object.hasOwn(json, 'error')).toBe(false);
			}
		}
		// once for each video and status: these answers all say the same status
		const told = answers.flatMap(({ items = [] }) => items.map(({ json }) => json.uuid));
		expect(new Set(told).size).toBe(told.length);

		// nothing but looks at ids, and only of calls that were let in
		for (const { path } of hosts.api.seen) expect(path).toMatch(LOOK);
		const letIn = calls.filter(({ headers }) => headers?.['x-webhook-secret'] === SECRET);
		if (guarded) expect(hosts.api.seen.length).toBeLessThanOrEqual(letIn.length);
		// the key is for the API alone, and so is the secret for nobody
		expect([hosts.media.signed, hosts.evil.signed]).toEqual([[], []]);
		const shown = everythingIn([answers, trigger.staticData]);
		expect(shown.includes(KEY)).toBe(false);
		expect(shown.includes(SECRET)).toBe(false);
		expect(prototypesAreClean()).toBe(true);
	});
	await fc.assert(property, settings);
	Object.assign(counts, Object.fromEntries(countOutcomes));
	// every answer has been given, or the calls were not wild enough
	expect([...countOutcomes.keys()].sort()).toEqual(EXPECTED);
	expect(counts.runs).toBeGreaterThan(settings.numRuns / 20);
	report(counts);
}, 300_000);

/** Answers after which a download is tried again, seconds later: operations.test.ts has these. */
const isTriedAgain = (status = 599) =>
	status >= 500 || status === 408 || status === 429 || (status >= 300 && status < 400);
