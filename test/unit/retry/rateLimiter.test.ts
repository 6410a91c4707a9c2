import fc from 'fast-check';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { VirtualClock } from '../support/virtualClock';

const setUp = () => {
	const clock = new VirtualClock();
	const rateLimiter = new RateLimiter(clock);
	/** How long a call would have to wait now. */
	const waitMs = () => rateLimiter.reserve() - clock.now();
	/** A call that was sent just now is refused. */
	const refused = (retryAfterMs?: number) => rateLimiter.onThrottled(clock.now(), retryAfterMs);
	return { clock, pace: rateLimiter, waitMs, refused };
};

describe('the common pace of all calls', () => {
	it('makes nobody wait while nothing is refused', () => {
		const { pace: rateLimiter, waitMs } = setUp();
		for (let call = 0; call < 1000; call++) {
			expect(waitMs()).toBe(0);
			rateLimiter.onSuccess();
		}
	});

	it('holds back every call after a refusal, and spreads those that follow', () => {
		const { refused, waitMs } = setUp();
		refused();
		expect([waitMs(), waitMs(), waitMs()]).toEqual([200, 400, 600]);
	});

	it('holds back every call for as long as the server asked', () => {
		const { refused, waitMs } = setUp();
		refused(30_000);
		expect([waitMs(), waitMs()]).toEqual([30_000, 30_200]);
	});

	it('is not hurried by a later refusal that asks for less', () => {
		const { refused, waitMs } = setUp();
		refused(30_000);
		refused(1_000);
		expect(waitMs()).toBe(30_000);
	});

	it('doubles the gap at every refusal, up to five seconds', async () => {
		const { clock, pace: rateLimiter, refused } = setUp();
		const gaps: number[] = [];
		for (let refusal = 0; refusal < 8; refusal++) {
			refused();
			const first = rateLimiter.reserve();
			gaps.push(rateLimiter.reserve() - first);
			await clock.pass(60_000);
		}
		expect(gaps).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
	});

	it('doubles the gap once where many calls that were under way together are refused', async () => {
		const { clock, pace: rateLimiter } = setUp();
		const sentMs = clock.now();
		await clock.pass(100);
		for (let call = 0; call < 10; call++) {
			rateLimiter.onThrottled(sentMs);
			await clock.pass(1);
		}
		const first = rateLimiter.reserve();
		expect(rateLimiter.reserve() - first).toBe(200);
	});

	it('heeds how long the server asks to be left alone, also of a call that was under way', async () => {
		const { clock, pace: rateLimiter, waitMs } = setUp();
		const sentMs = clock.now();
		await clock.pass(100);
		rateLimiter.onThrottled(sentMs);
		await clock.pass(1);
		rateLimiter.onThrottled(sentMs, 30_000);
		expect(waitMs()).toBe(30_000);
	});

	it('comes back to full speed as calls go through', async () => {
		const { clock, pace: rateLimiter, refused } = setUp();
		for (let refusal = 0; refusal < 8; refusal++) {
			refused();
			await clock.pass(1);
		}
		let calls = 0;
		let gapMs = Infinity;
		while (gapMs > 0) {
			rateLimiter.onSuccess();
			calls++;
			const first = rateLimiter.reserve();
			gapMs = rateLimiter.reserve() - first;
		}
		expect(calls).toBeGreaterThan(10);
		expect(calls).toBeLessThan(60);
	});

	it('never gives two calls a slot in the wrong order or in the past', async () => {
		type Event = 'reserve' | 'refused' | 'accepted' | number;
		const event = fc.oneof(
			fc.constantFrom<Event>('reserve', 'refused', 'accepted'),
			fc.nat({ max: 3_000 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
				const { clock, pace: rateLimiter, refused } = setUp();
				let last = 0;
				for (const one of events) {
					if (one === 'refused') refused();
					else if (one === 'accepted') rateLimiter.onSuccess();
					else if (typeof one === 'number') await clock.pass(one);
					else {
						const slot = rateLimiter.reserve();
						expect(slot).toBeGreaterThanOrEqual(Math.max(last, clock.now()));
						last = slot;
					}
				}
			}),
		);
	});

	it('finds the rate that a server bears, and stays near it', async () => {
		const { clock, pace: rateLimiter, refused } = setUp();
		const perSecond = 4;
		const accepted: number[] = [];
		let refusals = 0;
		const caller = async () => {
			while (clock.elapsedMs < 120_000) {
				await clock.sleep(rateLimiter.reserve() - clock.now());
				const fresh = accepted.filter((ms) => ms > clock.elapsedMs - 1_000);
				if (fresh.length < perSecond) {
					accepted.push(clock.elapsedMs);
					rateLimiter.onSuccess();
				} else {
					refusals++;
					refused();
				}
				await clock.sleep(50);
			}
		};
		await clock.run(async () => {
			await Promise.all([caller(), caller(), caller()]);
		});
		expect(accepted.length).toBeGreaterThan(0.5 * perSecond * 120);
		expect(refusals).toBeLessThan(0.5 * accepted.length);
	});
});
