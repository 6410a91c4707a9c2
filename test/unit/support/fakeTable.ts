import type { Clock } from '../../../nodes/Veo/retry/clock';
import type { RegisterRow, RowValues } from '../../../nodes/Veo/register/row';
import {
	TableError,
	type RegisterTable,
	type RowQuery,
	type RowUpdate,
} from '../../../nodes/Veo/register/table';

/** The rows of a data table, which several executions share. */
export class TableContent {
	rows: Array<RowValues & { id: number; createdAtMs: number }> = [];
	private nextId = 1;

	/** @returns the function that makes the row visible: PostgreSQL assigns the ID before the commit */
	insert(values: RowValues, createdAtMs: number): () => void {
		const row = { ...values, id: this.nextId++, createdAtMs };
		return () => {
			this.rows.push(row);
			this.rows.sort((a, b) => a.id - b.id);
		};
	}
}

export interface FakeTableOptions {
	before?: BeforeOperation;
	/** How long an inserted row stays invisible. */
	commitMs?: number;
}

/** Called before each operation; it can wait, throw, or never resolve, as after a crash. */
export type BeforeOperation = (name: string) => Promise<void>;

/** A data table as one execution uses it, in memory, with the same guarantees as n8n's. */
export class FakeTable implements RegisterTable {
	constructor(
		private readonly content: TableContent,
		private readonly clock: Clock,
		private readonly options: FakeTableOptions = {},
	) {}

	async insertAndRead(rows: readonly RowValues[], query: RowQuery): Promise<RegisterRow[]> {
		if (rows.length > 0) {
			await this.before('insert');
			const commits = rows.map((row) => this.content.insert(row, this.clock.now()));
			await this.clock.sleep(this.options.commitMs ?? 0);
			for (const commit of commits) commit();
		}
		await this.before('read');
		const { fingerprints, sinceMs = Infinity, limit } = query;
		return this.content.rows
			.filter((row) => fingerprints.includes(row.fingerprint) || row.createdAtMs >= sinceMs)
			.slice(-limit)
			.map((row) => ({ ...row }));
	}

	async claim(rows: readonly RegisterRow[], newOwner: string): Promise<Set<number>> {
		const won = new Set<number>();
		for (const { id, executionId } of rows) {
			await this.before('claim');
			const row = this.content.rows.find((candidate) => candidate.id === id);
			if (row?.executionId !== executionId || row.deliveredAt !== '') continue;
			row.executionId = newOwner;
			won.add(id);
		}
		return won;
	}

	async write(updates: readonly RowUpdate[], removals: readonly number[]): Promise<void> {
		for (const { id, values } of updates) {
			await this.before('update');
			const row = this.content.rows.find((candidate) => candidate.id === id);
			if (row) Object.assign(row, values);
		}
		if (removals.length > 0) await this.before('remove');
		this.content.rows = this.content.rows.filter(({ id }) => !removals.includes(id));
	}

	private async before(name: string): Promise<void> {
		await this.options.before?.(name);
	}
}

/** A table of which every operation fails. */
export function brokenTable(clock: Clock): FakeTable {
	return new FakeTable(new TableContent(), clock, {
		before: async () => {
			throw new TableError('the data table is full');
		},
	});
}
