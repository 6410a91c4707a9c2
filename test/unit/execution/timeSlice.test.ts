import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import { mapConcurrently } from '../../../nodes/Veo/execution/mapConcurrently';
import { CallPacer, TimeSlice } from '../../../nodes/Veo/execution/timeSlice';
import { createClock } from '../../../nodes/Veo/transport/clock';
import { VirtualClock } from '../support/virtualClock';

/** A clock whose time passes only by synchronous work, and that counts the turns of the event loop. */
function workClock() {
	const state = { nowMs: 1000, turns: 0 };
	const now = () => state.nowMs;
	return { now, wallNow: now, sleep: async () => void state.turns++, state };
}

describe('a time slice', () => {
	it.each([
		['is not over after a short time', 5, false],
		['is over after a long time', 100, true],
	])('%s', (_, passedMs, expected) => {
		const clock = workClock();
		const slice = new TimeSlice(clock);
		clock.state.nowMs += passedMs;
		expect(slice.isOver).toBe(expected);
	});

	it('starts again after the event loop has continued', async () => {
		const clock = workClock();
		const slice = new TimeSlice(clock);
		clock.state.nowMs += 100;
		await slice.next();
		expect([slice.isOver, clock.state.turns]).toEqual([false, 1]);
	});

	it('lets timers run, which a resolved promise does not', async () => {
		const slice = new TimeSlice(createClock());
		let hasRun = false;
		setTimeout(() => (hasRun = true), 0);
		await slice.next();
		expect(hasRun).toBe(true);
	});
});

it.each([1, 1000])(
	'items that need no request do not block the event loop, %i at once',
	async (concurrency) => {
		const clock = workClock();
		const slice = new TimeSlice(clock);
		const items = new Map<number, number>();
		const work = async () => {
			const { turns } = clock.state;
			clock.state.nowMs++;
			items.set(turns, (items.get(turns) ?? 0) + 1);
		};
		await mapConcurrently(Array(1000).fill(0), concurrency, () => true, work, slice);
		// each takes a millisecond
		expect(Math.max(...items.values())).toBeLessThanOrEqual(20);
	},
);

describe('calls that are due simultaneously', () => {
	/** @returns how many of them start at each time */
	async function startsOf(count: number, isCanceled = false) {
		const clock = new VirtualClock();
		const cancellation = new Cancellation();
		if (isCanceled) cancellation.cancel();
		const pacer = new CallPacer(clock, cancellation);
		const order: number[] = [];
		const starts = new Map<number, number>();
		await clock.run(
			async () =>
				await Promise.all(
					Array.from({ length: count }, async (_, call) => {
						await pacer.turn();
						order.push(call);
						starts.set(clock.elapsedMs, (starts.get(clock.elapsedMs) ?? 0) + 1);
					}),
				),
		);
		expect(order).toEqual([...Array(count).keys()]);
		return [...starts.values()];
	}

	it('start in several turns of the event loop, in order', async () => {
		const starts = await startsOf(1000);
		expect(Math.max(...starts)).toBeLessThanOrEqual(10);
		expect(starts.length).toBeGreaterThanOrEqual(100);
	});

	it('are not delayed after a cancellation', async () => {
		expect(await startsOf(1000, true)).toEqual([1000]);
	});
});
