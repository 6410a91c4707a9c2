import type { RegisterRow, RowValues } from './row';

/** Why the table can't be used, as a sentence for the user. */
export class TableError extends Error {}

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

export interface RowClaim {
	id: number;
	/** The execution that owns the row; the claim fails if it has another owner, or was delivered. */
	executionId: string;
}

/**
 * The register's table. Every method throws a TableError. n8n offers neither unique keys nor
 * transactions (2.41.1), so two executions can insert equal rows: the row with the lowest ID counts.
 */
export interface RegisterTable {
	/** Inserts the rows first, so that the result includes them. */
	insertAndRead(rows: readonly RowValues[], query: RowQuery): Promise<RegisterRow[]>;
	/**
	 * Makes an execution the owner of rows that were not delivered. Of several executions that claim a
	 * row, exactly one succeeds.
	 * @returns the IDs of the rows that it owns now
	 */
	claim(claims: readonly RowClaim[], newOwner: string): Promise<Set<number>>;
	write(updates: readonly RowUpdate[], removals: readonly number[]): Promise<void>;
}
