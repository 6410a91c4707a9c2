import fc from 'fast-check';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { VirtualClock } from '../support/virtualClock';

const signal = new AbortController().signal;

function setUp() {
	const clock = new VirtualClock();
	const rateLimiter = new RateLimiter(clock);
	/** When each of several simultaneous calls may be sent, milliseconds from now. */
	const delaysMs = async (calls: number) => {
		const startMs = clock.now();
		const timesMs: number[] = [];
		const call = async () => {
			await rateLimiter.acquire(signal);
			timesMs.push(clock.now() - startMs);
		};
		await clock.run(async () => void (await Promise.all(Array.from({ length: calls }, call))));
		return timesMs;
	};
	/** A call that was sent just now is throttled. */
	const throttle = (retryAfterMs?: number) => rateLimiter.onThrottled(clock.now(), retryAfterMs);
	/** The interval between two calls. */
	const intervalMs = async () => {
		const [firstMs = NaN, secondMs = NaN] = await delaysMs(2);
		return secondMs - firstMs;
	};
	return { clock, rateLimiter, delaysMs, throttle, intervalMs };
}

describe('the rate limiter', () => {
	it('never delays a call without throttling', async () => {
		const { clock, rateLimiter, delaysMs } = setUp();
		for (let call = 0; call < 100; call++) {
			expect(await delaysMs(3)).toEqual([0, 0, 0]);
			rateLimiter.onSuccess(clock.now());
		}
	});

	it('delays all calls after a throttled one, and spaces them', async () => {
		const { throttle, delaysMs } = setUp();
		throttle();
		expect(await delaysMs(3)).toEqual([200, 400, 600]);
	});

	it('delays all calls for as long as the server requested', async () => {
		const { throttle, delaysMs } = setUp();
		throttle(30_000);
		expect(await delaysMs(2)).toEqual([30_000, 30_200]);
	});

	it('keeps the longer delay if the server then requests a shorter one', async () => {
		const { throttle, delaysMs } = setUp();
		throttle(30_000);
		throttle(1_000);
		expect(await delaysMs(1)).toEqual([30_000]);
	});

	it('doubles the interval with each throttled call, up to five seconds', async () => {
		const { clock, throttle, intervalMs } = setUp();
		const intervalsMs: number[] = [];
		for (let call = 0; call < 8; call++) {
			throttle();
			intervalsMs.push(await intervalMs());
			await clock.advance(60_000);
		}
		expect(intervalsMs).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
	});

	it('doubles the interval once if many simultaneous calls are throttled', async () => {
		const { clock, rateLimiter, intervalMs } = setUp();
		const sentMs = clock.now();
		await clock.advance(100);
		for (let call = 0; call < 10; call++) {
			rateLimiter.onThrottled(sentMs);
			await clock.advance(1);
		}
		expect(await intervalMs()).toBe(200);
	});

	it('keeps the interval when calls succeed that were in flight during the increase', async () => {
		const { clock, rateLimiter, throttle, intervalMs } = setUp();
		const sentMs = clock.now();
		await clock.advance(100);
		throttle();
		await clock.advance(1_000);
		for (let call = 0; call < 300; call++) rateLimiter.onSuccess(sentMs);
		expect(await intervalMs()).toBe(200);
	});

	it('respects the delay that the server requested for a call in flight', async () => {
		const { clock, rateLimiter, delaysMs } = setUp();
		const sentMs = clock.now();
		await clock.advance(100);
		rateLimiter.onThrottled(sentMs);
		await clock.advance(1);
		rateLimiter.onThrottled(sentMs, 30_000);
		expect(await delaysMs(1)).toEqual([30_000]);
	});

	it('applies a shorter interval to calls that wait already', async () => {
		const { clock, rateLimiter, throttle } = setUp();
		throttle();
		const timesMs: number[] = [];
		const call = async () => {
			await rateLimiter.acquire(signal);
			timesMs.push(clock.elapsedMs);
			rateLimiter.onSuccess(clock.now());
		};
		await clock.run(async () => void (await Promise.all(Array.from({ length: 300 }, call))));
		expect(timesMs.at(-1)).toBeLessThan(6_000); // 60 seconds at the first interval
	});

	it('sends no burst when it recovers', async () => {
		const { clock, rateLimiter, throttle } = setUp();
		throttle();
		const timesMs: number[] = [];
		const call = async () => {
			await rateLimiter.acquire(signal);
			timesMs.push(clock.elapsedMs);
			await clock.sleep(100);
			rateLimiter.onSuccess(clock.now() - 100);
		};
		await clock.run(async () => void (await Promise.all(Array.from({ length: 300 }, call))));
		const perSecond = (second: number) =>
			timesMs.filter((ms) => ms >= second * 1_000 && ms < (second + 1) * 1_000).length;
		for (let second = 1; second < 5; second++) {
			expect(perSecond(second)).toBeLessThanOrEqual(5 * perSecond(second - 1) + 5);
		}
	});

	it('recovers in a bounded time after any number of throttled calls', async () => {
		for (const throttledCalls of [1, 2, 4, 6, 12]) {
			for (const latencyMs of [50, 1_000]) {
				const { clock, rateLimiter, throttle, intervalMs } = setUp();
				for (let call = 0; call < throttledCalls; call++) {
					throttle();
					await clock.advance(1);
				}
				const longestMs = Math.min(200 * 2 ** (throttledCalls - 1), 5_000);
				const limitMs = 7 * longestMs + 5_000 + 10 * latencyMs;
				const caller = async () => {
					while (clock.elapsedMs < limitMs) {
						await rateLimiter.acquire(signal);
						const sentMs = clock.now();
						await clock.sleep(latencyMs);
						rateLimiter.onSuccess(sentMs);
					}
				};
				await clock.run(async () => void (await Promise.all(Array.from({ length: 20 }, caller))));
				expect([throttledCalls, latencyMs, await intervalMs()]).toEqual([
					throttledCalls,
					latencyMs,
					0,
				]);
			}
		}
	});

	it('needs more than ten successful calls for full speed', async () => {
		const { clock, rateLimiter, throttle, intervalMs } = setUp();
		throttle();
		let calls = 0;
		while (calls < 1_000 && (await intervalMs()) > 0) {
			rateLimiter.onSuccess(clock.now());
			calls++;
		}
		expect(calls).toBeGreaterThan(10);
		expect(calls).toBeLessThan(1_000);
	});

	it('sends calls in order of arrival, and none during a pause', async () => {
		const anyEvent = fc.oneof(
			fc.constantFrom('call' as const, 'throttle' as const, 'success' as const),
			fc.nat({ max: 3_000 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), async (events) => {
				const { clock, rateLimiter, throttle } = setUp();
				const sent: number[] = [];
				const calls: Array<Promise<void>> = [];
				let throttledMs = -Infinity;
				await clock.run(async () => {
					for (const event of events) {
						if (event === 'throttle') {
							throttle();
							throttledMs = clock.now();
						} else if (event === 'success') rateLimiter.onSuccess(clock.now());
						else if (event === 'call') {
							const index = calls.length;
							const send = async () => {
								expect(await rateLimiter.acquire(signal)).toBe(true);
								const pausedMs = clock.now() - throttledMs;
								expect(pausedMs === 0 || pausedMs >= 200).toBe(true);
								sent.push(index);
							};
							calls.push(send());
						} else await clock.sleep(event);
					}
					await Promise.all(calls);
				});
				expect(sent).toEqual(calls.map((_, index) => index));
			}),
		);
	});

	it('does not let a call that is canceled or late delay the others', async () => {
		const { clock, rateLimiter, throttle } = setUp();
		throttle();
		const canceled = new AbortController();
		clock.after(250, () => canceled.abort());
		const results: Array<[string, boolean, number]> = [];
		const call = async (name: string, callSignal: AbortSignal, deadlineMs?: number) => {
			const isSent = await rateLimiter.acquire(callSignal, deadlineMs);
			results.push([name, isSent, clock.elapsedMs]);
		};
		await clock.run(async () => {
			await Promise.all([
				call('first', signal),
				call('canceled', canceled.signal),
				call('late', signal, clock.now() + 300),
				call('last', signal),
			]);
		});
		expect(canceled.signal.aborted).toBe(true);
		expect(results).toEqual([
			['first', true, 200],
			['canceled', true, 250], // the caller checks its signal
			['late', false, 250], // since the next call is due after its deadline
			['last', true, 400],
		]);
	});

	it.each([2, 4, 10, 30])(
		'approaches a rate limit of %d calls per second and stays near it',
		async (limitPerSecond) => {
			const { clock, rateLimiter, throttle } = setUp();
			const acceptedMs: number[] = [];
			let throttled = 0;
			const caller = async () => {
				while (clock.elapsedMs < 120_000) {
					await rateLimiter.acquire(signal);
					const sentMs = clock.now();
					const latest = acceptedMs.filter((ms) => ms > clock.elapsedMs - 1_000);
					if (latest.length < limitPerSecond) {
						acceptedMs.push(clock.elapsedMs);
						rateLimiter.onSuccess(sentMs);
					} else {
						throttled++;
						throttle();
					}
					await clock.sleep(50);
				}
			};
			await clock.run(async () => {
				await Promise.all([caller(), caller(), caller()]);
			});
			expect(acceptedMs.length).toBeGreaterThan(0.5 * limitPerSecond * 120);
			expect(throttled).toBeLessThan(0.5 * acceptedMs.length);
		},
	);
});
