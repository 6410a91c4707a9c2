import { runBatch } from '../../../nodes/Veo/execution/batch';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import type { Result } from '../../../nodes/Veo/result';
import { VirtualClock } from '../support/virtualClock';

/** An item that takes some time, unless it is canceled. */
interface Item {
	ms: number;
	fails?: boolean;
}

async function simulateBatch(
	items: Item[],
	{ concurrency = 10, continueOnFail = false, cancelAfterMs = -1 } = {},
) {
	const clock = new VirtualClock();
	const cancellation = new Cancellation();
	const started: number[] = [];
	if (cancelAfterMs >= 0) clock.after(cancelAfterMs, () => cancellation.cancel());
	const process = async ({ ms, fails }: Item, index: number): Promise<Result<string, string>> => {
		started.push(index);
		const signal = cancellation.signal(index);
		await clock.sleep(ms, signal);
		if (signal.aborted) return { ok: false, error: `${index} canceled` };
		return fails ? { ok: false, error: `${index} failed` } : { ok: true, value: `${index} done` };
	};
	const result = await clock.run(
		async () => await runBatch(items, { concurrency, continueOnFail, cancellation }, process),
	);
	const { isCanceled } = cancellation;
	return { ...result, started, elapsedMs: clock.elapsedMs, isCanceled };
}

describe('a batch of items', () => {
	it('succeeds if all items succeed', async () => {
		const { results, firstFailure, isCanceled } = await simulateBatch([{ ms: 20 }, { ms: 10 }]);
		expect(results).toEqual([
			{ ok: true, value: '0 done' },
			{ ok: true, value: '1 done' },
		]);
		expect(firstFailure).toBeUndefined();
		expect(isCanceled).toBe(false);
	});

	it('cancels all other items at the first failure', async () => {
		const items = [{ ms: 60_000 }, { ms: 10, fails: true }, { ms: 60_000 }, { ms: 1 }];
		const { results, firstFailure, started, elapsedMs } = await simulateBatch(items, {
			concurrency: 3,
		});
		expect(firstFailure).toEqual({ itemIndex: 1, error: '1 failed' });
		expect(started).toEqual([0, 1, 2]);
		expect(results).toEqual([
			{ ok: false, error: '0 canceled' },
			{ ok: false, error: '1 failed' },
			{ ok: false, error: '2 canceled' },
			undefined,
		]);
		expect(elapsedMs).toBe(10);
	});

	it('processes all items if the user sets Continue On Fail, and returns the first failure', async () => {
		const items = [{ ms: 30, fails: true }, { ms: 10, fails: true }, { ms: 50 }];
		const { results, firstFailure, elapsedMs } = await simulateBatch(items, {
			concurrency: 2,
			continueOnFail: true,
		});
		expect(firstFailure).toEqual({ itemIndex: 1, error: '1 failed' });
		expect(results.map((result) => result?.ok)).toEqual([false, false, true]);
		expect(elapsedMs).toBe(60);
	});

	it.each([true, false])(
		'starts no item after the user cancels, with continueOnFail %p',
		async (continueOnFail) => {
			const items = [{ ms: 10 }, { ms: 10 }, { ms: 10 }, { ms: 10 }];
			const { results, started } = await simulateBatch(items, {
				concurrency: 1,
				continueOnFail,
				cancelAfterMs: 15,
			});
			expect(started).toEqual([0, 1]);
			expect(results.slice(2)).toEqual([undefined, undefined]);
		},
	);
});

describe('a cancellation', () => {
	it('aborts the signals of all items, including those created later', () => {
		const cancellation = new Cancellation();
		const before = cancellation.signal(0);
		expect([before.aborted, cancellation.isCanceled]).toEqual([false, false]);
		cancellation.cancel();
		expect([before.aborted, cancellation.signal(1).aborted, cancellation.isCanceled]).toEqual([
			true,
			true,
			true,
		]);
	});

	it('has one signal for each item', () => {
		const cancellation = new Cancellation();
		expect(cancellation.signal(0)).toBe(cancellation.signal(0));
		expect(cancellation.signal(0)).not.toBe(cancellation.signal(1));
	});
});
