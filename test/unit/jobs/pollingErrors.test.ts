import { STATUS_TIMEOUT_MS } from '../../../nodes/Veo/api/client';
import type { VeoErrorKind } from '../../../nodes/Veo/api/errors';
import {
	MINUTE_MS,
	POLL_FAULTS,
	SERVICE_UNAVAILABLE,
	simulatePolling,
} from '../support/pollSimulation';
import {
	envelope,
	httpResponse,
	rateLimited,
	UUID,
	VIDEO_URL,
	type Fault,
} from '../support/simulatedApi';

describe('a user gets a submitted video despite', () => {
	it.each(POLL_FAULTS)('%s at the first poll', async (_, fault) => {
		const { result } = await simulatePolling({ faults: [fault] });
		expect(result).toMatchObject({ outcome: 'completed', job: { videoUrl: VIDEO_URL } });
	});

	it.each(POLL_FAULTS)('%s at a later poll', async (_, fault) => {
		const { result } = await simulatePolling({ faults: [undefined, undefined, fault] });
		expect(result.outcome).toBe('completed');
	});

	it.each(POLL_FAULTS)('%s three times in a row', async (_, fault) => {
		const faults = [undefined, fault, fault, fault];
		const { result, elapsedMs } = await simulatePolling({ faults });
		expect(result.outcome).toBe('completed');
		const toleranceMs = fault === 'hangs' ? 2 * STATUS_TIMEOUT_MS : 20_000;
		expect(elapsedMs).toBeLessThanOrEqual(MINUTE_MS + toleranceMs);
	});

	it('repeated outages, each within the maximum number of retries', async () => {
		const down = SERVICE_UNAVAILABLE;
		const outage: Array<Fault | undefined> = [down, down, down, down, down, undefined];
		const { result } = await simulatePolling({
			faults: [...outage, ...outage, ...outage],
			job: { durationMs: 5 * MINUTE_MS },
		});
		expect(result.outcome).toBe('completed');
	});
});

describe('polling without success', () => {
	it.each([0, 1, 5])(
		'ends after %d retries in a row, with the ID of the video',
		async (maxRetries) => {
			const { result, api } = await simulatePolling({
				everyPoll: SERVICE_UNAVAILABLE,
				callContext: { maxRetries },
			});
			expect(result).toMatchObject({
				outcome: 'unreachable',
				job: { uuid: UUID },
				error: { kind: 'gateway', httpStatus: 503 },
			});
			expect(api.pollTimesMs).toHaveLength(maxRetries + 1);
			expect(result.polls).toBe(maxRetries + 1);
		},
	);

	const permanentErrors: Array<[VeoErrorKind, Fault]> = [
		['authentication', envelope(1002)],
		['authentication', httpResponse(403)],
		['invalidParameters', envelope(1000)],
		['insufficientCredits', envelope(1001)],
		['notVeoApi', httpResponse(404, '<h1>Not Found</h1>')],
		['unknownCode', envelope(4242)],
		['redirect', httpResponse(301, '', { location: 'https://other.example' })],
	];
	it.each(permanentErrors)('ends at the first %s error for an ID from the user', async (...row) => {
		const [kind, everyPoll] = row;
		const { result, api } = await simulatePolling({ isNew: false, everyPoll });
		expect(result).toMatchObject({ outcome: 'unreachable', job: { uuid: UUID }, error: { kind } });
		expect(api.pollTimesMs).toEqual([0]);
	});

	it('does not end at a transient error for an ID from the user', async () => {
		const faults = [SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE];
		const { result } = await simulatePolling({ isNew: false, faults });
		expect(result.outcome).toBe('completed');
	});

	it('does not end at a permanent error after a successful poll', async () => {
		const { result } = await simulatePolling({ isNew: false, faults: [undefined, envelope(1002)] });
		expect(result.outcome).toBe('completed');
	});
});

describe('rate limiting', () => {
	it('never ends the polling', async () => {
		const { result, api } = await simulatePolling({
			faults: Array.from({ length: 40 }, () => rateLimited()),
			callContext: { maxRetries: 0 },
		});
		expect(result.outcome).toBe('completed');
		expect(api.pollTimesMs).toHaveLength(41);
	});

	it('of every poll ends in the timeout', async () => {
		const { result, elapsedMs } = await simulatePolling({
			everyPoll: rateLimited(),
			options: { timeoutMs: 2 * MINUTE_MS },
		});
		expect(result.outcome).toBe('timedOut');
		expect(elapsedMs).toBeLessThanOrEqual(2 * MINUTE_MS);
	});

	it.each([
		[7, 7_000],
		[3_600, 60_000],
	])('with a Retry-After of %d s delays the next poll by %d ms', async (seconds, minMs) => {
		const { api } = await simulatePolling({ faults: [rateLimited(seconds)] });
		const [first = 0, second = 0] = api.pollTimesMs;
		expect(second - first).toBeGreaterThanOrEqual(minMs);
		expect(second - first).toBeLessThanOrEqual(minMs + 2_000);
	});

	it('does not count as a failure in a row', async () => {
		const down = SERVICE_UNAVAILABLE;
		const { result } = await simulatePolling({
			faults: [down, rateLimited(), down, rateLimited(), undefined],
			callContext: { maxRetries: 2 },
		});
		expect(result.outcome).toBe('completed');
	});
});
