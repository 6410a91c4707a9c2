import fc from 'fast-check';
import { mapConcurrently } from '../../../nodes/Veo/execution/mapConcurrently';
import { VirtualClock } from '../support/virtualClock';

const always = () => true;

describe('mapping items concurrently', () => {
	it('returns the results in item order, regardless of their durations', async () => {
		const clock = new VirtualClock();
		const results = await clock.run(
			async () =>
				await mapConcurrently([30, 10, 20, 0], 4, always, async (ms, index) => {
					await clock.sleep(ms);
					return `${index}: ${ms}`;
				}),
		);
		expect(results).toEqual(['0: 30', '1: 10', '2: 20', '3: 0']);
	});

	it('takes as long as the slowest item if all can run simultaneously', async () => {
		const clock = new VirtualClock();
		const items = Array.from({ length: 10 }, () => 60_000);
		await clock.run(
			async () => await mapConcurrently(items, 10, always, async (ms) => await clock.sleep(ms)),
		);
		expect(clock.elapsedMs).toBe(60_000);
	});

	it('returns no results without items', async () => {
		expect(await mapConcurrently([], 10, always, async () => 'result')).toEqual([]);
	});

	it('starts each item once, in order, and no more simultaneously than allowed', async () => {
		const anyDurations = fc.array(fc.nat({ max: 50 }), { maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(
				anyDurations,
				fc.integer({ min: 1, max: 12 }),
				async (items, concurrency) => {
					const clock = new VirtualClock();
					const started: number[] = [];
					let running = 0;
					let maxRunning = 0;
					const results = await clock.run(
						async () =>
							await mapConcurrently(items, concurrency, always, async (ms, index) => {
								started.push(index);
								maxRunning = Math.max(maxRunning, ++running);
								await clock.sleep(ms);
								running--;
								return index;
							}),
					);
					expect(started).toEqual([...items.keys()]);
					expect(results).toEqual([...items.keys()]);
					expect(maxRunning).toBe(Math.min(concurrency, items.length));
				},
			),
		);
	});

	it('starts no item after a cancellation, and waits for those that were started', async () => {
		const clock = new VirtualClock();
		let canceled = false;
		clock.after(15, () => (canceled = true));
		const results = await clock.run(
			async () =>
				await mapConcurrently(
					[10, 30, 10, 10, 10],
					2,
					() => !canceled,
					async (ms, index) => {
						await clock.sleep(ms);
						return index;
					},
				),
		);
		// the third starts at 10, when the first is done; the second is the last one, at 30
		expect(results).toEqual([0, 1, 2, undefined, undefined]);
		expect(clock.elapsedMs).toBe(30);
	});

	it('starts no item after an earlier cancellation', async () => {
		const started: number[] = [];
		const results = await mapConcurrently(
			[1, 2],
			2,
			() => false,
			async (item) => {
				started.push(item);
			},
		);
		expect(started).toEqual([]);
		expect(results).toEqual([undefined, undefined]);
	});

	it('starts no item after one of them cancels', async () => {
		let canceled = false;
		const results = await mapConcurrently(
			['a', 'b', 'c'],
			1,
			() => !canceled,
			async (item) => {
				if (item === 'b') canceled = true;
				return item;
			},
		);
		expect(results).toEqual(['a', 'b', undefined]);
	});
});
