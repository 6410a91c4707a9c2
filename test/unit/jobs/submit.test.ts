import { VeoClient } from '../../../nodes/Veo/api/client';
import type { HttpResponse, NetworkError } from '../../../nodes/Veo/api/http';
import type { GenerateRequest } from '../../../nodes/Veo/api/types';
import { submit } from '../../../nodes/Veo/jobs/submit';
import { callContextOf } from '../support/callContext';
import { answer, envelope, tooMany, UUID } from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const ORDER: GenerateRequest = {
	generationType: 'text_to_video',
	prompt: 'A paper boat',
	aspectRatio: 'auto',
};
const ACCEPTED = envelope(0, { data: { uuid: UUID, status: 'pending' } });

/** Orders a video from an API whose first answer is given, and which accepts all that follow. */
async function order(first: HttpResponse | NetworkError) {
	const clock = new VirtualClock();
	let sent = 0;
	const client = new VeoClient(async () => (sent++ === 0 ? first : ACCEPTED), clock.now);
	const end = await clock.run(async () => await submit(client, ORDER, callContextOf(clock)));
	return { sent, ok: end.ok };
}

describe('an order is sent once', () => {
	it.each<[string, HttpResponse | NetworkError]>([
		['it was accepted', ACCEPTED],
		['the connection was lost', { kind: 'reset', detail: '' }],
		['no answer came in time', { kind: 'timeout', detail: '' }],
		['the network did something unheard of', { kind: 'network', detail: '' }],
		['the run was stopped', { kind: 'stopped', detail: '' }],
		['a gateway answered 502', answer(502, '<h1>Bad Gateway</h1>')],
		['a gateway answered 504 with nothing', answer(504)],
		['a gateway answered 503 with code 0', envelope(0, { status: 503 })],
		['the answer was cut', answer(200, '{"code":0,"data":{')],
		['the answer had no uuid', envelope(0, { data: { status: 'pending' } })],
		['the account has too few credits', envelope(1001)],
		['the parameters are invalid', envelope(1000)],
		['the key was refused', envelope(1002)],
	])('where %s', async (_, first) => {
		expect((await order(first)).sent).toBe(1);
	});
});

describe('an order is sent again', () => {
	it.each<[string, HttpResponse | NetworkError]>([
		['the API was asked too often', tooMany()],
		['a gateway answered 429 with HTML', answer(429, '<h1>Too Many Requests</h1>')],
		['the API says that it could not do it', envelope(5000, { status: 500 })],
		['the connection was refused', { kind: 'refused', detail: '' }],
		['the host name was not found', { kind: 'dns', detail: '' }],
		['no secure connection came about', { kind: 'tls', detail: '' }],
	])('where %s, since it cannot have been accepted', async (_, first) => {
		expect(await order(first)).toEqual({ sent: 2, ok: true });
	});
});
