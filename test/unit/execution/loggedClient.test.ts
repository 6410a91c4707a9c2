import type { Send } from '../../../nodes/Veo/api/http';
import { LoggedClient } from '../../../nodes/Veo/execution/loggedClient';
import { UUID } from '../support/simulatedApi';

/** A client whose API returns this body, and what it logs at debug level. */
function clientOf(body: object, status = 200) {
	const lines: string[] = [];
	const ignore = () => {};
	const debug = (line: string) => void lines.push(line);
	const logger = { error: ignore, warn: ignore, info: ignore, debug };
	const send: Send = async () => ({ status, headers: {}, text: JSON.stringify(body) });
	return { client: new LoggedClient(logger, send, () => 0), lines };
}

const job = (data: object) => ({ code: 0, msg: 'a secret kite', data: { uuid: UUID, ...data } });

test.each<[string, object, string]>([
	['progress and estimate', { progress: 40, estimatedTime: 55 }, 'processing, 40%, 55 s left'],
	['progress', { progress: 0 }, 'processing, 0%'],
	['status', {}, 'processing'],
])('a status check is logged with its %s', async (_, data, text) => {
	const { client, lines } = clientOf(job({ status: 'processing', ...data }));
	await client.getVideoStatus(UUID);
	expect(lines).toEqual([`Veo video ${UUID}: ${text}`]);
	expect(client.statusChecks).toBe(1);
});

test.each<[string, object, string]>([
	['an error', { code: 5000, msg: 'a secret kite' }, 'status check without success (serverError)'],
	['an unknown status', job({ status: 'a secret kite' }), 'processing'],
	['a failed video', job({ status: 'failed', error: 'a secret kite' }), 'failed'],
])('%s is logged without a text of the API', async (_, body, text) => {
	const { client, lines } = clientOf(body);
	await client.getVideoStatus(UUID);
	expect(lines).toEqual([`Veo video ${UUID}: ${text}`]);
});
