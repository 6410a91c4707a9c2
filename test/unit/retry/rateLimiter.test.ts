import fc from 'fast-check';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { VirtualClock } from '../support/virtualClock';

function setUp() {
	const clock = new VirtualClock();
	const rateLimiter = new RateLimiter(clock);
	/** How long a call has to wait now. */
	const reserveMs = () => rateLimiter.reserve() - clock.now();
	/** A call that was sent just now is throttled. */
	const throttle = (retryAfterMs?: number) => rateLimiter.onThrottled(clock.now(), retryAfterMs);
	/** The interval between two calls. */
	const intervalMs = () => {
		const first = rateLimiter.reserve();
		return rateLimiter.reserve() - first;
	};
	return { clock, rateLimiter, reserveMs, throttle, intervalMs };
}

describe('the rate limiter', () => {
	it('never delays a call without throttling', () => {
		const { rateLimiter, reserveMs } = setUp();
		for (let call = 0; call < 1000; call++) {
			expect(reserveMs()).toBe(0);
			rateLimiter.onSuccess();
		}
	});

	it('delays all calls after a throttled one, and spaces them', () => {
		const { throttle, reserveMs } = setUp();
		throttle();
		expect([reserveMs(), reserveMs(), reserveMs()]).toEqual([200, 400, 600]);
	});

	it('delays all calls for as long as the server requested', () => {
		const { throttle, reserveMs } = setUp();
		throttle(30_000);
		expect([reserveMs(), reserveMs()]).toEqual([30_000, 30_200]);
	});

	it('keeps the longer delay if the server then requests a shorter one', () => {
		const { throttle, reserveMs } = setUp();
		throttle(30_000);
		throttle(1_000);
		expect(reserveMs()).toBe(30_000);
	});

	it('doubles the interval with each throttled call, up to five seconds', async () => {
		const { clock, throttle, intervalMs } = setUp();
		const intervalsMs: number[] = [];
		for (let call = 0; call < 8; call++) {
			throttle();
			intervalsMs.push(intervalMs());
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
		expect(intervalMs()).toBe(200);
	});

	it('respects the delay that the server requested for a call in flight', async () => {
		const { clock, rateLimiter, reserveMs } = setUp();
		const sentMs = clock.now();
		await clock.advance(100);
		rateLimiter.onThrottled(sentMs);
		await clock.advance(1);
		rateLimiter.onThrottled(sentMs, 30_000);
		expect(reserveMs()).toBe(30_000);
	});

	it('returns to full speed after successful calls', async () => {
		const { clock, rateLimiter, throttle, intervalMs } = setUp();
		for (let call = 0; call < 8; call++) {
			throttle();
			await clock.advance(1);
		}
		let calls = 0;
		let currentMs = Infinity;
		while (currentMs > 0) {
			rateLimiter.onSuccess();
			calls++;
			currentMs = intervalMs();
		}
		expect(calls).toBeGreaterThan(10);
		expect(calls).toBeLessThan(60);
	});

	it('never reserves a slot in the past, or before the previous one', async () => {
		type Event = 'reserve' | 'throttle' | 'success' | number;
		const anyEvent = fc.oneof(
			fc.constantFrom<Event>('reserve', 'throttle', 'success'),
			fc.nat({ max: 3_000 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), async (events) => {
				const { clock, rateLimiter, throttle } = setUp();
				let previousMs = 0;
				for (const event of events) {
					if (event === 'throttle') throttle();
					else if (event === 'success') rateLimiter.onSuccess();
					else if (typeof event === 'number') await clock.advance(event);
					else {
						const slotMs = rateLimiter.reserve();
						expect(slotMs).toBeGreaterThanOrEqual(Math.max(previousMs, clock.now()));
						previousMs = slotMs;
					}
				}
			}),
		);
	});

	it("approaches the server's rate limit and stays near it", async () => {
		const { clock, rateLimiter, throttle } = setUp();
		const limitPerSecond = 4;
		const acceptedMs: number[] = [];
		let throttled = 0;
		const caller = async () => {
			while (clock.elapsedMs < 120_000) {
				await clock.sleep(rateLimiter.reserve() - clock.now());
				const latest = acceptedMs.filter((ms) => ms > clock.elapsedMs - 1_000);
				if (latest.length < limitPerSecond) {
					acceptedMs.push(clock.elapsedMs);
					rateLimiter.onSuccess();
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
	});
});
