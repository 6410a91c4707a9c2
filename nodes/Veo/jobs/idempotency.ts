import { createHash } from 'node:crypto';
import type { Answer } from '../api/errors';
import type { VideoJob } from '../api/types';

/** Where the ledger lies in the node's context. */
const BOOK = 'veoJobs';

type Book = Record<string, unknown>;

/**
 * What this node has ordered in this execution, so that whatever n8n repeats (Retry On Fail, Retry
 * Execution) picks a job up again instead of paying for a second one. It lives in n8n's context of
 * the node, which is part of the execution's saved data (n8n 2.41.1: NodeHelpers.getContext), so it
 * holds plain JSON only. Run and item index are part of the key: equal prompts are separate videos,
 * and a loop's next round orders anew.
 */
export class Ledger {
	private readonly book: Book;

	/**
	 * @param context - what `getContext('node')` gives
	 * @param runIndex - which round of a loop this is
	 */
	constructor(
		context: Record<string, unknown>,
		private readonly runIndex: number,
	) {
		const book = context[BOOK];
		this.book = isBook(book) ? book : (context[BOOK] = {});
	}

	/** @param order - JSON of all that makes this item's order what it is */
	page(itemIndex: number, order: unknown): LedgerPage {
		const hash = createHash('sha256').update(JSON.stringify(order)).digest('hex');
		return new LedgerPage(this.book, `${this.runIndex}:${itemIndex}:${hash}`);
	}

	/** Forgets this run, which ended well, so that nothing of it will be repeated. */
	close(): void {
		for (const key of Object.keys(this.book)) {
			if (key.startsWith(`${this.runIndex}:`)) delete this.book[key];
		}
	}
}

/** One item's order: the job that came of it, or why it is in doubt whether one did. */
export class LedgerPage {
	constructor(
		private readonly book: Book,
		private readonly key: string,
	) {}

	read(): Answer<VideoJob> | undefined {
		const entry = this.book[this.key];
		return isEntry(entry) ? entry : undefined;
	}

	write(entry: Answer<VideoJob>): void {
		this.book[this.key] = entry;
	}

	/** For a job that failed: trying again means ordering again. */
	erase(): void {
		delete this.book[this.key];
	}
}

function isBook(value: unknown): value is Book {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nobody but write() puts anything there, so the shape need not be looked at any closer. */
function isEntry(value: unknown): value is Answer<VideoJob> {
	return isBook(value) && typeof value.ok === 'boolean';
}
