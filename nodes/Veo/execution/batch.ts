import { runPool } from './mapConcurrently';
import type { Stops } from './cancellation';

/** How the work on one item ended. */
export type Outcome<T, E> = { ok: true; value: T } | { ok: false; error: E };

export interface BatchEnd<T, E> {
	/** In the items' order; undefined for those not begun, which only a stop leaves. */
	outcomes: Array<Outcome<T, E> | undefined>;
	/** The first in time that did not end well. */
	first?: { itemIndex: number; error: E };
}

/**
 * Works on all items, at most `concurrency` at once. If the work is not to go on after an item that
 * did not end well, all others are stopped then: nothing new is sent, and only what is already
 * under way and cannot be taken back (an order) is still waited for.
 */
export async function runBatch<Item, T, E>(
	items: readonly Item[],
	{ concurrency, keepGoing, stops }: { concurrency: number; keepGoing: boolean; stops: Stops },
	work: (item: Item, itemIndex: number) => Promise<Outcome<T, E>>,
): Promise<BatchEnd<T, E>> {
	let first: BatchEnd<T, E>['first'];
	const mayBegin = () => !stops.isStopped;
	const outcomes = await runPool(items, concurrency, mayBegin, async (item, itemIndex) => {
		const outcome = await work(item, itemIndex);
		if (!outcome.ok) {
			first ??= { itemIndex, error: outcome.error };
			if (!keepGoing) stops.stop();
		}
		return outcome;
	});
	return { outcomes, first };
}
