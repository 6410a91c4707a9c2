import type { Result } from '../result';
import type { Cancellation } from './cancellation';
import { mapConcurrently } from './mapConcurrently';
import type { TimeSlice } from './timeSlice';

export interface BatchResult<T, E> {
	/** In item order; undefined for items that were not started, which only a cancellation leaves. */
	results: Array<Result<T, E> | undefined>;
	/** The first failure in time. */
	firstFailure?: { itemIndex: number; error: E };
}

/**
 * Processes all items, at most `concurrency` simultaneously. Unless `continueOnFail`, the first
 * failure cancels all others: nothing new is sent, and only what is in flight and cannot be undone
 * (a submission) is awaited.
 */
export async function runBatch<Item, T, E>(
	items: readonly Item[],
	{
		concurrency,
		continueOnFail,
		cancellation,
		slice,
	}: {
		concurrency: number;
		continueOnFail: boolean;
		cancellation: Cancellation;
		/** Lets the event loop continue between two items. */
		slice?: TimeSlice;
	},
	processItem: (item: Item, itemIndex: number) => Promise<Result<T, E>>,
): Promise<BatchResult<T, E>> {
	let firstFailure: BatchResult<T, E>['firstFailure'];
	const shouldStart = () => !cancellation.isCanceled;
	const results = await mapConcurrently(
		items,
		concurrency,
		shouldStart,
		async (item, itemIndex) => {
			const result = await processItem(item, itemIndex);
			if (!result.ok) {
				firstFailure ??= { itemIndex, error: result.error };
				if (!continueOnFail) cancellation.cancel();
			}
			return result;
		},
		slice,
	);
	return { results, firstFailure };
}
