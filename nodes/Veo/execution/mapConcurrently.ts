/**
 * Works on items, at most `concurrency` at once, begun in order.
 * @param mayBegin - asked before each item; once it says no, nothing new is begun
 * @param work - one item's work; it must not reject
 * @returns each item's result in the items' order, undefined for those not begun; resolves once
 *   everything that was begun has ended
 */
export async function runPool<Item, Result>(
	items: readonly Item[],
	concurrency: number,
	mayBegin: () => boolean,
	work: (item: Item, index: number) => Promise<Result>,
): Promise<Array<Result | undefined>> {
	const results = new Array<Result | undefined>(items.length).fill(undefined);
	const queue = items.entries();
	const worker = async () => {
		while (mayBegin()) {
			// the workers share one iterator, so each item is taken once
			const { done, value } = queue.next();
			if (done) return;
			const [index, item] = value;
			results[index] = await work(item, index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
	return results;
}
