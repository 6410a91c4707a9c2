import fc from 'fast-check';
import { FINAL_POLL_GRACE_MS, pollUntilDone } from '../../../nodes/Veo/jobs/polling';
import { createCallContext } from '../support/callContext';
import {
	FINAL_POLL_TIMEOUT_MS,
	MINUTE_MS,
	POLL_FAULTS,
	SERVICE_UNAVAILABLE,
	simulatePolling,
	type PollScenario,
} from '../support/pollSimulation';
import { rateLimited, SimulatedApi, UUID, videoJob, type Fault } from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

describe('the timeout is respected', () => {
	it.each<[string, PollScenario]>([
		['a server that does not respond', { everyPoll: 'hangs' }],
		['a slow server', { latencyMs: 9_000 }],
		['an outage', { everyPoll: SERVICE_UNAVAILABLE, callContext: { maxRetries: 1_000 } }],
		['rate limiting with a long Retry-After', { everyPoll: rateLimited(55) }],
		[
			'rate limiting of some polls',
			{ faults: [undefined, rateLimited(20), undefined, rateLimited(40)] },
		],
	])('with %s', async (_, scenario) => {
		for (let timeoutMs = 1_000; timeoutMs <= MINUTE_MS; timeoutMs += 3_700) {
			const { result, elapsedMs, api } = await simulatePolling({
				...scenario,
				job: { durationMs: Infinity },
				options: { timeoutMs },
				callContext: { maxRetries: 1_000, ...scenario.callContext },
			});
			expect(result.outcome).toBe('timedOut');
			const responseMs = Math.max(FINAL_POLL_TIMEOUT_MS, scenario.latencyMs ?? 0);
			expect(elapsedMs).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS + responseMs);
			const lastPollMs = Math.max(0, ...api.pollTimesMs);
			expect(lastPollMs).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS);
		}
	});

	it('if the rate limiter delays a poll that gets no response', async () => {
		const clock = new VirtualClock();
		const api = new SimulatedApi(clock, { durationMs: Infinity }, 0, () => 'hangs');
		const callContext = createCallContext(clock);
		const options = { pollIntervalMs: 5_000, timeoutMs: 20_000 };
		const result = await clock.run(async () => {
			const polling = pollUntilDone(api.client, videoJob(), true, options, callContext);
			// a throttled call of another job pauses all calls until just before the deadline
			callContext.rateLimiter.onThrottled(clock.now(), 19_000);
			return await polling;
		});
		expect(result.outcome).toBe('timedOut');
		expect(api.pollTimesMs).toEqual([19_000]);
		expect(clock.elapsedMs).toBeLessThanOrEqual(20_000 + FINAL_POLL_TIMEOUT_MS);
	});
});

describe('a jump of the wall clock', () => {
	it.each([-24 * 60, -60, -5, 5, 60, 24 * 60])('by %d minutes changes nothing', async (minutes) => {
		const scenario: PollScenario = { options: { timeoutMs: 90_000 } };
		const jump = { afterMs: 12_000, byMs: minutes * MINUTE_MS };
		for (const durationMs of [MINUTE_MS, Infinity]) {
			const expected = await simulatePolling({ ...scenario, job: { durationMs } });
			const actual = await simulatePolling({ ...scenario, job: { durationMs }, jump });
			expect(actual.result).toEqual(expected.result);
			expect(actual.api.pollTimesMs).toEqual(expected.api.pollTimesMs);
		}
	});
});

describe('a stall of the process past the timeout', () => {
	const options = { timeoutMs: 30_000 };

	it('between two polls delays the final poll, which returns the video', async () => {
		const stall = { afterMs: 12_000, ms: 10 * MINUTE_MS };
		const { result, api } = await simulatePolling({ options, stall });
		expect(result.outcome).toBe('completed');
		expect(api.pollTimesMs.at(-1)).toBe(612_000);
	});

	it('between two polls gives the final poll enough time', async () => {
		const stall = { afterMs: 12_000, ms: 10 * MINUTE_MS };
		const { api } = await simulatePolling({ options, stall });
		expect(api.requests.at(-1)?.timeoutMs).toBe(FINAL_POLL_TIMEOUT_MS);
	});

	it.each<[string, PollScenario]>([
		['whose response comes late', { latencyMs: 1_000 }],
		['which times out', { latencyMs: 1_000, faults: [{ kind: 'timeout', detail: '' }] }],
	])('during a poll %s causes another poll', async (_, scenario) => {
		const stall = { afterMs: 5_500, ms: 10 * MINUTE_MS };
		const { result, api } = await simulatePolling({
			...scenario,
			job: { durationMs: MINUTE_MS },
			callContext: { maxRetries: 0 },
			options,
			stall,
		});
		expect(result.outcome).toBe('completed');
		expect(api.pollTimesMs).toEqual([5_000, 605_500]);
	});

	it('while the rate limiter delays a poll gives it enough time', async () => {
		const clock = new VirtualClock();
		const api = new SimulatedApi(clock, { durationMs: MINUTE_MS });
		const callContext = createCallContext(clock);
		clock.after(6_000, () => callContext.rateLimiter.onThrottled(clock.now(), 15_000));
		clock.after(20_000, () => clock.stall(10 * MINUTE_MS));
		const pollOptions = { pollIntervalMs: 5_000, ...options };
		const result = await clock.run(
			async () => await pollUntilDone(api.client, videoJob(), true, pollOptions, callContext),
		);
		expect(result.outcome).toBe('completed');
		expect(api.requests.at(-1)?.timeoutMs).toBe(FINAL_POLL_TIMEOUT_MS);
	});

	it('delays the final poll although another call uses the rate limit first', async () => {
		const clock = new VirtualClock();
		const api = new SimulatedApi(clock, { durationMs: MINUTE_MS });
		const callContext = createCallContext(clock);
		const { rateLimiter, signal } = callContext;
		clock.after(11_000, () => rateLimiter.onThrottled(clock.now()));
		clock.after(12_000, () => clock.stall(10 * MINUTE_MS));
		clock.after(12_001, () => void rateLimiter.acquire(signal));
		const pollOptions = { pollIntervalMs: 5_000, ...options };
		const result = await clock.run(
			async () => await pollUntilDone(api.client, videoJob(), true, pollOptions, callContext),
		);
		expect(result.outcome).toBe('completed');
		expect(api.pollTimesMs.at(-1)).toBe(612_200);
	});

	it('causes one more poll only', async () => {
		const stall = { afterMs: 12_000, ms: 10 * MINUTE_MS };
		const job = { durationMs: Infinity };
		const { result, api } = await simulatePolling({ options, stall, job });
		expect(result.outcome).toBe('timedOut');
		expect(api.pollTimesMs.filter((ms) => ms > 30_000)).toEqual([612_000]);
	});
});

describe('for any behavior of the API', () => {
	const fault = fc.constantFrom<Fault | undefined>(
		...[undefined, undefined, undefined, rateLimited(), rateLimited(9), 'hangs' as const],
		...POLL_FAULTS.map(([, anyFault]) => anyFault),
	);
	const scenario = fc.record({
		seconds: fc.integer({ min: 0, max: 400 }),
		fails: fc.boolean(),
		faults: fc.array(fault, { maxLength: 25 }),
		latencyMs: fc.nat({ max: 3_000 }),
		pollIntervalMs: fc.integer({ min: 1_000, max: 20_000 }),
		timeoutMs: fc.integer({ min: 1_000, max: 600_000 }),
		isNew: fc.boolean(),
		maxRetries: fc.nat({ max: 8 }),
		random: fc.double({ min: 0, max: 0.999, noNaN: true }),
		estimates: fc.array(fc.double({ min: -10, max: 2_000, noNaN: true }), { maxLength: 20 }),
	});

	it('polls keep the poll interval, never overlap, and end with the result', async () => {
		await fc.assert(
			fc.asyncProperty(scenario, async (generated) => {
				const { seconds, pollIntervalMs, timeoutMs, latencyMs, estimates, random } = generated;
				let reported = 0;
				const { result, api, elapsedMs } = await simulatePolling({
					...generated,
					job: {
						durationMs: 1000 * seconds,
						endsAs: generated.fails ? 'failed' : 'completed',
						estimatedTime: () => estimates[reported++],
					},
					options: { pollIntervalMs, timeoutMs },
					callContext: { maxRetries: generated.maxRetries, random: () => random },
				});
				expect(api.maxConcurrentPolls).toBeLessThanOrEqual(1);
				expect(result.polls).toBe(api.pollTimesMs.length);
				for (const [index, pollMs] of api.pollTimesMs.entries()) {
					const previousMs = api.pollTimesMs[index - 1];
					if (previousMs !== undefined) {
						expect(pollMs - previousMs).toBeGreaterThanOrEqual(pollIntervalMs);
					}
				}
				expect(result.job.uuid).toBe(UUID);
				expect(result.outcome).not.toBe('canceled');
				const responseMs = Math.max(FINAL_POLL_TIMEOUT_MS, latencyMs);
				expect(elapsedMs).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS + responseMs);
				if (result.outcome === 'completed' || result.outcome === 'failed') {
					expect(result.outcome).toBe(generated.fails ? 'failed' : 'completed');
					expect(elapsedMs).toBeGreaterThanOrEqual(1000 * seconds);
				}
			}),
			{ numRuns: 300 },
		);
	});
});
