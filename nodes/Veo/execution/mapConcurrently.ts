/**
 * Maps items with at most `concurrency` calls of `mapper` simultaneously, started in order.
 * @param shouldStart - called before each item; after it returns false, no item is started
 * @param mapper - must not reject
 * @returns the results in item order, undefined for items that were not started; resolves after all
 *   started items are done
 */
export async function mapConcurrently<Item, R>(
	items: readonly Item[],
	concurrency: number,
	shouldStart: () => boolean,
	mapper: (item: Item, index: number) => Promise<R>,
): Promise<Array<R | undefined>> {
	const results = new Array<R | undefined>(items.length).fill(undefined);
	const queue = items.entries();
	const worker = async () => {
		while (shouldStart()) {
			// the workers share one iterator, so each item is processed once
			const { done, value } = queue.next();
			if (done) return;
			const [index, item] = value;
			results[index] = await mapper(item, index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
	return results;
}
