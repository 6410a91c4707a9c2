import { VeoClient } from '../../../nodes/Veo/api/client';
import type { HttpRequest, HttpResponse, NetworkError } from '../../../nodes/Veo/api/http';
import type { GenerateRequest } from '../../../nodes/Veo/api/types';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { submitOnce } from '../../../nodes/Veo/jobs/submission';
import { createCallContext } from '../support/callContext';
import { envelope, httpResponse, rateLimited, UUID } from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const REQUEST: GenerateRequest = {
	generationType: 'text_to_video',
	prompt: 'A paper boat',
	aspectRatio: 'auto',
};
const ACCEPTED = envelope(0, { data: { uuid: UUID, status: 'pending' } });

/** An API with the given first response, which accepts all later requests. */
function simulateApi(first: HttpResponse | NetworkError) {
	const clock = new VirtualClock();
	const sent: HttpRequest[] = [];
	const send = async (request: HttpRequest) => (sent.push(request) === 1 ? first : ACCEPTED);
	const client = new VeoClient(send, clock.now);
	const record = new SubmissionStore({}, '0', 'account-1').record(0, REQUEST);
	/** One execution of the item: the first attempt, or a retry. */
	const submit = async (reuse = true) =>
		await clock.run(
			async () =>
				await submitOnce(client, { request: REQUEST, record, reuse }, createCallContext(clock)),
		);
	return { submit, sent };
}

const MAY_HAVE_BEEN_ACCEPTED: Array<[string, HttpResponse | NetworkError]> = [
	['the connection was closed', { kind: 'reset', detail: '' }],
	['no response came in time', { kind: 'timeout', detail: '' }],
	['an unknown network error occurred', { kind: 'network', detail: '' }],
	['the execution was canceled', { kind: 'canceled', detail: '' }],
	['a gateway returned 502', httpResponse(502, '<h1>Bad Gateway</h1>')],
	['a gateway returned 504 without a body', httpResponse(504)],
	['a gateway returned 503 with code 0', envelope(0, { status: 503 })],
	['the response was truncated', httpResponse(200, '{"code":0,"data":{')],
	['the response had no uuid', envelope(0, { data: { status: 'pending' } })],
];
const REJECTED: Array<[string, HttpResponse | NetworkError]> = [
	['the account has too few credits', envelope(1001)],
	['the parameters are invalid', envelope(1000)],
	['the key was rejected', envelope(1002)],
];

describe('a user pays for one video, since a submission is sent once', () => {
	it.each([['it was accepted', ACCEPTED] as const, ...MAY_HAVE_BEEN_ACCEPTED, ...REJECTED])(
		'if %s',
		async (_, first) => {
			const { submit, sent } = simulateApi(first);
			await submit();
			expect(sent).toHaveLength(1);
		},
	);
});

describe('a submission is sent again', () => {
	it.each<[string, HttpResponse | NetworkError]>([
		['the API limited the rate', rateLimited()],
		['a gateway returned 429 with HTML', httpResponse(429, '<h1>Too Many Requests</h1>')],
		["the API reported that it couldn't process it", envelope(5000, { status: 500 })],
		['the connection was refused', { kind: 'refused', detail: '' }],
		['the host was not found', { kind: 'dns', detail: '' }],
		['the TLS handshake failed', { kind: 'tls', detail: '' }],
	])('if %s, since it cannot have been accepted', async (_, first) => {
		const { submit, sent } = simulateApi(first);
		expect(await submit()).toMatchObject({ ok: true, origin: 'new' });
		expect(sent).toHaveLength(2);
	});
});

describe('a user who retries the execution', () => {
	it('gets the submitted video, with the fields of the request', async () => {
		const { submit, sent } = simulateApi(ACCEPTED);
		await submit();
		expect(await submit()).toMatchObject({
			ok: true,
			origin: 'reused',
			job: { uuid: UUID, rawFields: REQUEST },
		});
		expect(sent).toHaveLength(1);
	});

	it.each(MAY_HAVE_BEEN_ACCEPTED)(
		'gets the same error, and no second video, if %s',
		async (...row) => {
			const [, first] = row;
			const { submit, sent } = simulateApi(first);
			const failed = await submit();
			expect(failed).toMatchObject({ ok: false, step: 'submit' });
			expect(await submit()).toEqual({ ...failed, firstSentAtMs: expect.any(Number) });
			expect(sent).toHaveLength(1);
		},
	);

	it.each(REJECTED)('gets a new video if %s before', async (_, first) => {
		const { submit, sent } = simulateApi(first);
		await submit();
		expect(await submit()).toMatchObject({ ok: true, origin: 'new' });
		expect(sent).toHaveLength(2);
	});

	it('gets a new video if reuse is disabled', async () => {
		const { submit, sent } = simulateApi(ACCEPTED);
		await submit();
		expect(await submit(false)).toMatchObject({ ok: true, origin: 'new' });
		expect(sent).toHaveLength(2);
	});
});

it('a request in flight is in doubt, so that any end of the execution leaves it so', async () => {
	const clock = new VirtualClock();
	const submissions = new SubmissionStore({}, '0', 'account-1');
	const record = submissions.record(0, REQUEST);
	let inFlight: unknown;
	const client = new VeoClient(async () => {
		inFlight = submissions.summary();
		return envelope(1000);
	}, clock.now);
	const submission = { request: REQUEST, record, reuse: true };
	await clock.run(async () => await submitOnce(client, submission, createCallContext(clock)));
	expect(inFlight).toEqual({ uuids: new Map(), inDoubt: [0] });
	expect(submissions.summary()).toEqual({ uuids: new Map(), inDoubt: [] });
});
