import type { Clock } from '../retry/clock';
import { Batcher } from './batcher';
import type { RegisterRow, RowValues } from './row';
import type { RegisterTable } from './table';

export const DAY_MS = 24 * 3600 * 1000;
/** Rows to read at most, in addition to those that the budget counts. */
const READ_LIMIT = 2_000;

/** How long a video's ID may wait for others: a crash within this time leaves it in doubt. */
const FLUSH_MS = 200;

/** What the store needs of the execution. */
export interface StoreEnvironment {
	executionId: string;
	clock: Clock;
	/** Whether an execution can no longer deliver its videos. */
	isOver(executionId: string): Promise<boolean>;
}

/** A request whose rows are read, and inserted first if there are values. */
interface Read {
	fingerprint: string;
	values?: RowValues;
}

/** The register's table, as the items of an execution use it together: each access takes a tenth of a second. */
export class RowStore {
	private changes = new Map<number, Partial<RowValues> | 'removed'>();
	private later: Promise<void> | undefined;
	private readonly overChecks = new Map<string, Promise<boolean>>();
	private readonly reads: Batcher<Read, RegisterRow[]>;
	private readonly claims: Batcher<RegisterRow, Set<number>>;
	private readonly writes: Batcher<never, void>;

	/** @param maxPerDay - also reads the rows of the last day, and at least so many of them; 0 for none */
	constructor(
		table: RegisterTable,
		maxPerDay: number,
		private readonly environment: StoreEnvironment,
		private readonly onWriteError: (error: unknown) => void,
	) {
		const { clock, executionId } = environment;
		this.reads = new Batcher(clock, async (reads) => {
			const rows = reads.flatMap(({ values }) => values ?? []);
			return await table.insertAndRead(rows, {
				fingerprints: [...new Set(reads.map(({ fingerprint }) => fingerprint))],
				...(maxPerDay > 0 && { sinceMs: clock.wallNow() - DAY_MS }),
				limit: READ_LIMIT + maxPerDay + 2 * reads.length,
			});
		});
		this.claims = new Batcher(clock, async (rows) => await table.claim(rows, executionId));
		this.writes = new Batcher(clock, async () => {
			const changes = [...this.changes];
			this.changes = new Map();
			if (changes.length === 0) return;
			await table.write(
				changes.flatMap(([id, values]) => (values === 'removed' ? [] : { id, values })),
				changes.flatMap(([id, values]) => (values === 'removed' ? id : [])),
			);
		});
	}

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

	/** Inserts and reads what was requested, without waiting for more. */
	insertNow(): void {
		this.reads.complete();
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

	/** Writes in the background, together with what changes until then. */
	flushLater(): void {
		this.later ??= this.environment.clock.sleep(FLUSH_MS).then(async () => {
			this.later = undefined;
			await this.flush();
		});
	}

	/** Writes all changes up to now. Never rejects: what was paid for must reach the user. */
	async flush(): Promise<void> {
		await this.writes.add().catch(this.onWriteError);
	}

	/** Like `flush`, but without waiting for more changes. */
	async flushNow(): Promise<void> {
		const flushed = this.flush();
		this.writes.complete();
		await flushed;
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
