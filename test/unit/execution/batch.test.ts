import { runBatch, type Result } from '../../../nodes/Veo/execution/batch';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import { VirtualClock } from '../support/virtualClock';

/** An item that works for some time, then ends as it should; a stop ends it at once. */
interface Item {
	ms: number;
	fails?: boolean;
}

async function batch(
	items: Item[],
	{ concurrency = 10, keepGoing: continueOnFail = false, stopAfterMs = -1 } = {},
) {
	const clock = new VirtualClock();
	const cancellation = new Cancellation();
	const begun: number[] = [];
	if (stopAfterMs >= 0) clock.after(stopAfterMs, () => cancellation.cancel());
	const work = async ({ ms, fails }: Item, index: number): Promise<Result<string, string>> => {
		begun.push(index);
		const signal = cancellation.signal(index);
		await clock.sleep(ms, signal);
		if (signal.aborted) return { ok: false, error: `${index} stopped` };
		return fails ? { ok: false, error: `${index} failed` } : { ok: true, value: `${index} done` };
	};
	const end = await clock.run(
		async () => await runBatch(items, { concurrency, continueOnFail, cancellation }, work),
	);
	return { ...end, begun, elapsedMs: clock.elapsedMs, isStopped: cancellation.isCanceled };
}

describe('a batch of items', () => {
	it('ends well where every item does', async () => {
		const { outcomes, firstFailure: first, isStopped: isCanceled } = await batch([{ ms: 20 }, { ms: 10 }]);
		expect(outcomes).toEqual([
			{ ok: true, value: '0 done' },
			{ ok: true, value: '1 done' },
		]);
		expect(first).toBeUndefined();
		expect(isCanceled).toBe(false);
	});

	it('stops all others at the first that fails', async () => {
		const items = [{ ms: 60_000 }, { ms: 10, fails: true }, { ms: 60_000 }, { ms: 1 }];
		const { outcomes, firstFailure: first, begun, elapsedMs } = await batch(items, { concurrency: 3 });
		expect(first).toEqual({ itemIndex: 1, error: '1 failed' });
		expect(begun).toEqual([0, 1, 2]);
		expect(outcomes).toEqual([
			{ ok: false, error: '0 stopped' },
			{ ok: false, error: '1 failed' },
			{ ok: false, error: '2 stopped' },
			undefined,
		]);
		expect(elapsedMs).toBe(10);
	});

	it('goes on where the user wants it to, and still tells the first that failed', async () => {
		const items = [{ ms: 30, fails: true }, { ms: 10, fails: true }, { ms: 50 }];
		const { outcomes, firstFailure: first, elapsedMs } = await batch(items, { concurrency: 2, keepGoing: true });
		expect(first).toEqual({ itemIndex: 1, error: '1 failed' });
		expect(outcomes.map((outcome) => outcome?.ok)).toEqual([false, false, true]);
		expect(elapsedMs).toBe(60);
	});

	it.each([true, false])('begins nothing after a stop, with keepGoing %p', async (continueOnFail) => {
		const items = [{ ms: 10 }, { ms: 10 }, { ms: 10 }, { ms: 10 }];
		const { outcomes, begun } = await batch(items, { concurrency: 1, keepGoing: continueOnFail, stopAfterMs: 15 });
		expect(begun).toEqual([0, 1]);
		expect(outcomes.slice(2)).toEqual([undefined, undefined]);
	});
});

describe('a stop', () => {
	it('reaches every item, also one that asks only afterwards', () => {
		const cancellation = new Cancellation();
		const before = cancellation.signal(0);
		expect([before.aborted, cancellation.isCanceled]).toEqual([false, false]);
		cancellation.cancel();
		expect([before.aborted, cancellation.signal(1).aborted, cancellation.isCanceled]).toEqual([true, true, true]);
	});

	it('is the same for all that one item does, and another for another item', () => {
		const cancellation = new Cancellation();
		expect(cancellation.signal(0)).toBe(cancellation.signal(0));
		expect(cancellation.signal(0)).not.toBe(cancellation.signal(1));
	});
});
