import { requestedAtMs, type RegisterRow } from './row';

/** Who asks for a video. */
export interface Owner {
	workflowId: string;
	executionId: string;
}

/**
 * Videos that an earlier execution of the workflow paid for and did not deliver, and requests of it
 * that may have been paid for. Whether that execution is over is up to the caller.
 */
export function undelivered(
	rows: readonly RegisterRow[],
	fingerprint: string,
	{ workflowId, executionId }: Owner,
): RegisterRow[] {
	return rows.filter(
		(row) =>
			row.fingerprint === fingerprint &&
			row.workflowId === workflowId &&
			row.executionId !== executionId &&
			row.deliveredAt === '' &&
			(row.state === 'submitting'
				? row.submittedAt !== ''
				: row.state === 'submitted' || row.state === 'completed'),
	);
}

/**
 * The row whose video an item uses instead of a new one ('Reuse Within'). Without a unique key, the
 * lowest ID decides between requests at the same time.
 * @param ownId - the row of the item itself, which only older ones precede
 */
export function findReusable(
	rows: readonly RegisterRow[],
	fingerprint: string,
	ownId: number,
	sinceMs: number,
): RegisterRow | undefined {
	return rows.find(
		(row) =>
			row.fingerprint === fingerprint &&
			row.id < ownId &&
			row.state !== 'failed' &&
			row.state !== 'in_doubt' &&
			requestedAtMs(row) >= sinceMs,
	);
}

/** The videos that count against 'Max Videos per Day' before the rows of this execution. */
export function countRecent(
	rows: readonly RegisterRow[],
	ownIds: ReadonlySet<number>,
	sinceMs: number,
): number {
	const lastOwnId = Math.max(...ownIds);
	return rows.filter(
		(row) => !ownIds.has(row.id) && row.id < lastOwnId && requestedAtMs(row) >= sinceMs,
	).length;
}
