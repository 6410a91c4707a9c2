import { pollUntilDone } from '../../../nodes/Veo/jobs/polling';
import { createCallContext } from '../support/callContext';
import { MINUTE_MS, SERVICE_UNAVAILABLE, simulatePolling } from '../support/pollSimulation';
import {
	envelope,
	rateLimited,
	SimulatedApi,
	UUID,
	VIDEO_URL,
	videoJob,
} from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

describe('a user who waits for a video', () => {
	it('gets the URL when the video is completed', async () => {
		const { result, api, elapsedMs } = await simulatePolling({});
		expect(result).toMatchObject({
			outcome: 'completed',
			job: { uuid: UUID, status: 'completed', videoUrl: VIDEO_URL },
		});
		expect(result.polls).toBe(api.pollTimesMs.length);
		expect(result.waitedMs).toBe(elapsedMs);
		expect(elapsedMs).toBeGreaterThanOrEqual(MINUTE_MS);
		expect(elapsedMs).toBeLessThanOrEqual(MINUTE_MS + 10_000);
	});

	it('gets the reason when the video fails', async () => {
		const job = { endsAs: 'failed' as const, reason: { errorMessage: 'unsafe prompt' } };
		const { result } = await simulatePolling({ job });
		expect(result).toMatchObject({
			outcome: 'failed',
			job: { uuid: UUID, status: 'failed', failureReason: 'unsafe prompt' },
		});
	});

	it('gets the last known state of the video after the timeout', async () => {
		const job = { durationMs: Infinity, progress: () => 40, estimatedTime: () => 12 };
		const { result, elapsedMs } = await simulatePolling({ job, options: { timeoutMs: 100_000 } });
		expect(result).toMatchObject({
			outcome: 'timedOut',
			job: { uuid: UUID, status: 'processing', progress: 40, estimatedTime: 12 },
		});
		expect(elapsedMs).toBeLessThanOrEqual(100_000);
		expect(elapsedMs).toBeGreaterThan(100_000 - 5_000);
	});

	it('gets a video that is completed just before the timeout, through a final poll', async () => {
		const { result } = await simulatePolling({
			job: { durationMs: 29_000, estimatedTime: () => 1_000 },
			options: { timeoutMs: 29_500 },
		});
		expect(result.outcome).toBe('completed');
	});

	it('gets one poll if the timeout is shorter than the poll interval', async () => {
		const { result, api } = await simulatePolling({ options: { timeoutMs: 1_000 } });
		expect(result.outcome).toBe('timedOut');
		expect(api.pollTimesMs).toEqual([1_000]);
	});

	it('gets all fields of the submission, updated by those of the polls', async () => {
		const initial = videoJob({ rawFields: { prompt: 'A paper boat', seed: 1 } });
		const job = { endsAs: 'failed' as const, reason: { seed: 2, width: 1920 } };
		const { result } = await simulatePolling({ initial, job });
		expect(result.job.rawFields).toEqual({ prompt: 'A paper boat', seed: 2, width: 1920 });
	});

	it('does not get a completed video without a URL', async () => {
		const withoutUrl = envelope(0, { data: { uuid: UUID, status: 'completed' } });
		const faults = [withoutUrl, withoutUrl, withoutUrl];
		const { result, api } = await simulatePolling({ job: { durationMs: 0 }, faults });
		expect(result).toMatchObject({ outcome: 'completed', job: { videoUrl: VIDEO_URL } });
		expect(api.pollTimesMs).toHaveLength(4);
	});

	it('gets the video although the API reports an unknown status', async () => {
		const unknown = envelope(0, { data: { uuid: UUID, status: 'rendering' } });
		const { result } = await simulatePolling({ faults: [unknown, unknown] });
		expect(result.outcome).toBe('completed');
	});
});

describe('the first poll', () => {
	it('comes after the poll interval if the video was submitted just now', async () => {
		const { api } = await simulatePolling({ options: { pollIntervalMs: 7_000 } });
		expect(api.pollTimesMs[0]).toBe(7_000);
	});

	it('comes immediately for an ID from the user', async () => {
		const { result, api } = await simulatePolling({ isNew: false, job: { durationMs: 0 } });
		expect(api.pollTimesMs).toEqual([0]);
		expect(result).toMatchObject({ outcome: 'completed', polls: 1, waitedMs: 0 });
	});

	it('follows the estimate in the response to the submission', async () => {
		const initial = videoJob({ estimatedTime: 20 });
		const { api } = await simulatePolling({ initial, job: { durationMs: 20_000 } });
		expect(api.pollTimesMs).toEqual([21_000]);
	});
});

describe('a video with correct estimates', () => {
	it.each([
		[30, 3],
		[60, 4],
		[120, 6],
		[300, 12],
	])('that takes %d s is detected within 2 s, after at most %d polls', async (seconds, polls) => {
		const { result, api, elapsedMs } = await simulatePolling({
			initial: videoJob({ estimatedTime: seconds }),
			job: { durationMs: 1000 * seconds, estimatedTime: Math.round },
			latencyMs: 100,
		});
		expect(result.outcome).toBe('completed');
		expect(api.pollTimesMs.length).toBeLessThanOrEqual(polls);
		expect(elapsedMs - 1000 * seconds).toBeLessThanOrEqual(2_000);
	});
});

describe('a user who cancels the execution', () => {
	it.each([0, 1, 4_999, 12_345, 44_444])('after %d ms ends the polling immediately', async (ms) => {
		const { result, elapsedMs, api } = await simulatePolling({
			cancelAfterMs: ms,
			job: { durationMs: Infinity },
		});
		expect(result).toMatchObject({ outcome: 'canceled', job: { uuid: UUID } });
		expect(elapsedMs).toBe(ms);
		expect(Math.max(0, ...api.pollTimesMs)).toBeLessThanOrEqual(ms);
	});

	it('aborts a poll in flight', async () => {
		const { result } = await simulatePolling({ everyPoll: { kind: 'canceled', detail: '' } });
		expect(result.outcome).toBe('canceled');
	});

	it('ends the delay before a retry, and the delay that the API requested', async () => {
		for (const everyPoll of [SERVICE_UNAVAILABLE, rateLimited(50)]) {
			const { result, elapsedMs } = await simulatePolling({ everyPoll, cancelAfterMs: 6_000 });
			expect(result.outcome).toBe('canceled');
			expect(elapsedMs).toBe(6_000);
		}
	});

	it('before the first poll causes no poll', async () => {
		const { result, api } = await simulatePolling({
			isNew: false,
			callContext: { signal: AbortSignal.abort() },
		});
		expect(result).toMatchObject({ outcome: 'canceled', polls: 0 });
		expect(api.pollTimesMs).toEqual([]);
	});
});

describe('many videos', () => {
	it('are all completed in time although one poll is throttled', async () => {
		const clock = new VirtualClock();
		const callContext = createCallContext(clock);
		const results = await clock.run(
			async () =>
				await Promise.all(
					Array.from({ length: 300 }, async (_, index) => {
						// just before all others are polled
						const isThrottled = index === 0;
						const fault = (poll: number) => (isThrottled && poll === 0 ? rateLimited() : undefined);
						const latencyMs = isThrottled ? 990 : 100;
						const api = new SimulatedApi(clock, { durationMs: 2_000 }, latencyMs, fault);
						const options = { pollIntervalMs: 1_000, timeoutMs: 10_000 };
						const job = videoJob();
						return await pollUntilDone(api.client, job, !isThrottled, options, callContext);
					}),
				),
		);
		const completed = results.filter(({ outcome }) => outcome === 'completed');
		expect(completed).toHaveLength(300);
		expect(clock.elapsedMs).toBeLessThan(8_000); // 62 seconds at the first interval
	});

	it('a thousand simultaneous videos are each polled until they are completed', async () => {
		const clock = new VirtualClock();
		const callContext = createCallContext(clock);
		const results = await clock.run(
			async () =>
				await Promise.all(
					Array.from({ length: 1_000 }, async (_, index) => {
						const durationMs = 20_000 + ((index * 7_919) % 200_000);
						const api = new SimulatedApi(clock, { durationMs }, 50);
						const options = { pollIntervalMs: 5_000, timeoutMs: 15 * MINUTE_MS };
						const job = videoJob();
						const result = await pollUntilDone(api.client, job, true, options, callContext);
						return { result, lagMs: clock.now() - api.endMs };
					}),
				),
		);
		for (const { result, lagMs } of results) {
			expect(result.outcome).toBe('completed');
			expect(lagMs).toBeLessThanOrEqual(10_100);
		}
	});
});
