import type { TimeSlice } from './timeSlice';

/**
 * Maps items with at most `concurrency` calls of `mapper` simultaneously, started in order.
 * @param shouldStart - called before each item; after it returns false, no item is started
 * @param mapper - must not reject
 * @param slice - lets the event loop continue between two items
 * @returns the results in item order, undefined for items that were not started; resolves after all
 *   started items are done
 */
export async function mapConcurrently<Item, R>(
	items: readonly Item[],
	concurrency: number,
	shouldStart: () => boolean,
	mapper: (item: Item, index: number) => Promise<R>,
	slice?: TimeSlice,
): Promise<Array<R | undefined>> {
	const results = new Array<R | undefined>(items.length).fill(undefined);
	const queue = items.entries();
	const worker = async () => {
		for (;;) {
			while (slice?.isOver) await slice.next();
			if (!shouldStart()) return;
			// the workers share one iterator, so each item is processed once
			const { done, value } = queue.next();
			if (done) return;
			const [index, item] = value;
			results[index] = await mapper(item, index);
		}
	};
	const workers: Array<Promise<void>> = [];
	while (workers.length < Math.min(concurrency, items.length)) {
		workers.push(worker());
		if (slice?.isOver) await slice.next();
	}
	await Promise.all(workers);
	return results;
}
