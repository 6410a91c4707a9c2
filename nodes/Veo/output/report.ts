import type { IDataObject } from 'n8n-workflow';

/** Introduces videos after a cancellation. */
export const STILL_GENERATED =
	"These videos are still being generated. Retrieve them with 'Get Status'";

/** How many IDs a text contains; an error's context and the log contain all. */
export const MAX_LISTED = 50;

/** E.g. "a, b, c", or "a, b and 12 more" if there are more than `max`. */
export function enumerate(values: ReadonlyArray<string | number>, max: number): string {
	const listed = values.slice(0, max).join(', ');
	return values.length > max ? `${listed} and ${values.length - max} more` : listed;
}

function list(values: ReadonlyArray<string | number>): string {
	const listed = enumerate(values, MAX_LISTED);
	return values.length > MAX_LISTED ? `${listed} (see n8n's log)` : listed;
}

/** What remains when the node ends early: videos without an item, and requests in doubt. */
export class RunReport {
	/**
	 * @param introduction - what the videos are, before their IDs
	 * @param uuids - the videos that no item or other error reports
	 * @param inDoubt - indexes of the items whose request may have been accepted
	 */
	constructor(
		private readonly introduction: string,
		readonly uuids: readonly string[],
		readonly inDoubt: readonly number[],
	) {}

	/** '' if there is nothing to report. */
	text(): string {
		const { uuids, inDoubt } = this;
		const items = inDoubt.length === 1 ? 'item' : 'items';
		return [
			uuids.length > 0 && `${this.introduction}: ${list(uuids)}.`,
			inDoubt.length > 0 &&
				`The request of ${items} ${list(inDoubt)} may have been accepted and charged. Check the video list in your provider account.`,
		]
			.filter(Boolean)
			.join(' ');
	}

	/** For `error.context`. */
	context(): IDataObject {
		return {
			...(this.uuids.length > 0 && { otherUuids: [...this.uuids] }),
			...(this.inDoubt.length > 0 && { itemsInDoubt: [...this.inDoubt] }),
		};
	}
}
