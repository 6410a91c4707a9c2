import fc from 'fast-check';
import { mapConcurrently } from '../../../nodes/Veo/execution/mapConcurrently';
import { VirtualClock } from '../support/virtualClock';

const always = () => true;

describe('working on many items', () => {
	it('hands on the results in the order of the items, however long each takes', async () => {
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

	it('takes as long as the longest where all may run at once', async () => {
		const clock = new VirtualClock();
		const items = Array.from({ length: 10 }, () => 60_000);
		await clock.run(
			async () => await mapConcurrently(items, 10, always, async (ms) => await clock.sleep(ms)),
		);
		expect(clock.elapsedMs).toBe(60_000);
	});

	it('does nothing for no items', async () => {
		expect(await mapConcurrently([], 10, always, async () => 'work')).toEqual([]);
	});

	it('begins them in order, never more at once than allowed, and each of them once', async () => {
		const durations = fc.array(fc.nat({ max: 50 }), { maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(durations, fc.integer({ min: 1, max: 12 }), async (items, concurrency) => {
				const clock = new VirtualClock();
				const begun: number[] = [];
				let atOnce = 0;
				let mostAtOnce = 0;
				const results = await clock.run(
					async () =>
						await mapConcurrently(items, concurrency, always, async (ms, index) => {
							begun.push(index);
							mostAtOnce = Math.max(mostAtOnce, ++atOnce);
							await clock.sleep(ms);
							atOnce--;
							return index;
						}),
				);
				expect(begun).toEqual([...items.keys()]);
				expect(results).toEqual([...items.keys()]);
				expect(mostAtOnce).toBe(Math.min(concurrency, items.length));
			}),
		);
	});

	it('begins nothing new once it is stopped, and ends when all that was begun has', async () => {
		const clock = new VirtualClock();
		let stopped = false;
		clock.after(15, () => (stopped = true));
		const results = await clock.run(
			async () =>
				await mapConcurrently(
					[10, 30, 10, 10, 10],
					2,
					() => !stopped,
					async (ms, index) => {
						await clock.sleep(ms);
						return index;
					},
				),
		);
		// the third was begun at 10, when the first had ended; the second ends last, at 30
		expect(results).toEqual([0, 1, 2, undefined, undefined]);
		expect(clock.elapsedMs).toBe(30);
	});

	it('begins nothing at all where it is stopped beforehand', async () => {
		const begun: number[] = [];
		const results = await mapConcurrently(
			[1, 2],
			2,
			() => false,
			async (item) => {
				begun.push(item);
			},
		);
		expect(begun).toEqual([]);
		expect(results).toEqual([undefined, undefined]);
	});

	it('begins nothing new when the work itself stops the run', async () => {
		let stopped = false;
		const results = await mapConcurrently(
			['a', 'b', 'c'],
			1,
			() => !stopped,
			async (item) => {
				if (item === 'b') stopped = true;
				return item;
			},
		);
		expect(results).toEqual(['a', 'b', undefined]);
	});
});
