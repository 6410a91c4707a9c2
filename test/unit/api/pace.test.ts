import fc from 'fast-check';
import { Pace } from '../../../nodes/Veo/api/pace';
import { VirtualClock } from '../support/virtualClock';

const setUp = () => {
	const clock = new VirtualClock();
	const pace = new Pace(clock);
	/** How long a call would have to wait now. */
	const waitMs = () => pace.reserve() - clock.now();
	return { clock, pace, waitMs };
};

describe('the common pace of all calls', () => {
	it('makes nobody wait while nothing is refused', () => {
		const { pace, waitMs } = setUp();
		for (let call = 0; call < 1000; call++) {
			expect(waitMs()).toBe(0);
			pace.accepted();
		}
	});

	it('holds back every call after a refusal, and spreads those that follow', () => {
		const { pace, waitMs } = setUp();
		pace.refused();
		expect([waitMs(), waitMs(), waitMs()]).toEqual([200, 400, 600]);
	});

	it('holds back every call for as long as the server asked', () => {
		const { pace, waitMs } = setUp();
		pace.refused(30_000);
		expect([waitMs(), waitMs()]).toEqual([30_000, 30_200]);
	});

	it('is not hurried by a later refusal that asks for less', () => {
		const { pace, waitMs } = setUp();
		pace.refused(30_000);
		pace.refused(1_000);
		expect(waitMs()).toBe(30_000);
	});

	it('doubles the gap at every refusal, up to five seconds', async () => {
		const { clock, pace } = setUp();
		const gaps: number[] = [];
		for (let refusal = 0; refusal < 8; refusal++) {
			pace.refused();
			const first = pace.reserve();
			gaps.push(pace.reserve() - first);
			await clock.pass(60_000);
		}
		expect(gaps).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
	});

	it('comes back to full speed as calls go through', () => {
		const { clock, pace } = setUp();
		for (let refusal = 0; refusal < 8; refusal++) pace.refused();
		let calls = 0;
		let gapMs = Infinity;
		while (gapMs > 0) {
			pace.accepted();
			calls++;
			const first = pace.reserve();
			gapMs = pace.reserve() - first;
		}
		expect(calls).toBeGreaterThan(20);
		expect(calls).toBeLessThan(60);
		expect(clock.elapsedMs).toBe(0);
	});

	it('never gives two calls a slot in the wrong order or in the past', async () => {
		type Event = 'reserve' | 'refused' | 'accepted' | number;
		const event = fc.oneof(
			fc.constantFrom<Event>('reserve', 'refused', 'accepted'),
			fc.nat({ max: 3_000 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
				const { clock, pace } = setUp();
				let last = 0;
				for (const one of events) {
					if (one === 'refused') pace.refused();
					else if (one === 'accepted') pace.accepted();
					else if (typeof one === 'number') await clock.pass(one);
					else {
						const slot = pace.reserve();
						expect(slot).toBeGreaterThanOrEqual(Math.max(last, clock.now()));
						last = slot;
					}
				}
			}),
		);
	});

	it('finds the rate that a server bears, and stays near it', async () => {
		const { clock, pace } = setUp();
		const perSecond = 4;
		const accepted: number[] = [];
		let refusals = 0;
		const caller = async () => {
			while (clock.elapsedMs < 120_000) {
				await clock.sleep(pace.reserve() - clock.now());
				const fresh = accepted.filter((ms) => ms > clock.elapsedMs - 1_000);
				if (fresh.length < perSecond) {
					accepted.push(clock.elapsedMs);
					pace.accepted();
				} else {
					refusals++;
					pace.refused();
				}
				await clock.sleep(50);
			}
		};
		await clock.run(async () => {
			await Promise.all([caller(), caller(), caller()]);
		});
		expect(accepted.length).toBeGreaterThan(0.5 * perSecond * 120);
		expect(refusals).toBeLessThan(0.25 * accepted.length);
	});
});
