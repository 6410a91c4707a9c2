import type { RegisterRow, RowValues } from './row';

/** Why an item can't be submitted, for the user. */
export class RegisterError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** Why the table can't be used. */
export class TableError extends RegisterError {
	constructor(readonly reason: string) {
		super(
			`The video register can't be used: ${reason}`,
			"The request wasn't sent, because 'Reuse Within' or 'Max Videos per Day' is set. Correct the table, select another one in 'Video Register', or remove both settings.",
		);
	}
}

/** Which rows to read: those that meet at least one condition. */
export interface RowQuery {
	fingerprints: readonly string[];
	/** Epoch milliseconds: also all rows that were inserted since. */
	sinceMs?: number;
	/** The number of rows to read, newest first. */
	limit: number;
}

export interface RowUpdate {
	id: number;
	values: Partial<RowValues>;
}

/**
 * The register's table. Every method throws a TableError. n8n offers neither unique keys nor
 * transactions (2.41.1).
 */
export interface RegisterTable {
	/** Inserts the rows first, so that the result includes them. @returns rows in the order of their IDs */
	insertAndRead(rows: readonly RowValues[], query: RowQuery): Promise<RegisterRow[]>;
	/**
	 * Makes an execution the owner of rows that were not delivered, and still have the owner in `rows`. Of
	 * several executions that claim a row, exactly one succeeds.
	 * @returns the IDs of the rows that it owns now
	 */
	claim(rows: readonly RegisterRow[], newOwner: string): Promise<Set<number>>;
	/** @param updates - if some change only `deliveredAt`, these have the same time */
	write(updates: readonly RowUpdate[], removals: readonly number[]): Promise<void>;
}
