import { Batcher } from './batcher';
import type { RegisterRow, RowValues } from './row';
import type { RegisterTable } from './table';

/** Rows to read at most, in addition to those that the budget counts. */
const READ_LIMIT = 2_000;

/** What the store needs of the execution. */
export interface StoreEnvironment {
	executionId: string;
	/** Since when all rows are read, epoch milliseconds; undefined for only those of the requests. */
	sinceMs(): number | undefined;
	/** How many rows can have been inserted since. */
	maxSince: number;
	/** Whether an execution can no longer deliver its videos. */
	isOver(executionId: string): Promise<boolean>;
	/** Called if a change wasn't written. */
	onWriteError(error: unknown): void;
}

/** The register's table, as the items of an execution use it together: each access takes a tenth of a second. */
export class RowStore {
	private changes = new Map<number, Partial<RowValues> | 'removed'>();
	private readonly overChecks = new Map<string, Promise<boolean>>();
	private readonly reads = new Batcher<{ fingerprint: string; values?: RowValues }, RegisterRow[]>(
		async (inputs) => {
			const { sinceMs, maxSince } = this.environment;
			return await this.table.insertAndRead(
				inputs.flatMap(({ values }) => values ?? []),
				{
					fingerprints: [...new Set(inputs.map(({ fingerprint }) => fingerprint))],
					sinceMs: sinceMs(),
					limit: READ_LIMIT + maxSince + 2 * inputs.length,
				},
			);
		},
	);
	private readonly claims = new Batcher<RegisterRow, Set<number>>(
		async (rows) => await this.table.claim(rows, this.environment.executionId),
	);
	private readonly writes = new Batcher<never, void>(async () => {
		const changes = [...this.changes];
		this.changes = new Map();
		if (changes.length === 0) return;
		await this.table.write(
			changes.flatMap(([id, values]) => (values === 'removed' ? [] : { id, values })),
			changes.flatMap(([id, values]) => (values === 'removed' ? id : [])),
		);
	});

	constructor(
		private readonly table: RegisterTable,
		private readonly environment: StoreEnvironment,
	) {}

	/** Inserts rows. @returns they and the rows of equal requests, also of those in `fingerprints` */
	async insert(
		rows: readonly RowValues[],
		fingerprints: readonly string[] = [],
	): Promise<RegisterRow[]> {
		return await this.reads.add(
			...rows.map((values) => ({ fingerprint: values.fingerprint, values })),
			...fingerprints.map((fingerprint) => ({ fingerprint })),
		);
	}

	/** Makes this execution the owner of an undelivered row. @returns whether it is */
	async claim(row: RegisterRow): Promise<boolean> {
		return (await this.claims.add(row)).has(row.id);
	}

	/** Changes a row with the next write. */
	update(row: RegisterRow, values: Partial<RowValues>): void {
		Object.assign(row, values);
		const pending = this.changes.get(row.id);
		if (pending === 'removed') return;
		this.changes.set(row.id, { ...pending, ...values });
	}

	remove({ id }: RegisterRow): void {
		this.changes.set(id, 'removed');
	}

	/** Writes all changes up to now. Never rejects: what was paid for must reach the user. */
	async flush(): Promise<void> {
		await this.writes.add().catch(this.environment.onWriteError);
	}

	async isOver(executionId: string): Promise<boolean> {
		const check = this.overChecks.get(executionId) ?? this.environment.isOver(executionId);
		this.overChecks.set(executionId, check);
		const isOver = await check;
		// an execution that runs ends at some time
		if (!isOver) this.overChecks.delete(executionId);
		return isOver;
	}
}
