import type { Clock } from '../retry/clock';
import type { RowValues } from './row';
import type { RegisterTable } from './table';

/** How long a change waits for others, so that one sub-workflow writes them together. */
const COLLECT_MS = 50;

/** Writes changes of rows in the background, many at a time and one write after the other. */
export class RowWriter {
	private updates = new Map<number, Partial<RowValues>>();
	private removals = new Set<number>();
	private lastWrite: Promise<void> = Promise.resolve();
	private isScheduled = false;

	/** @param onError - called if a background write failed; its changes are lost */
	constructor(
		private readonly table: RegisterTable,
		private readonly clock: Clock,
		private readonly onError: (error: unknown) => void,
	) {}

	/** Writes with the next flush. */
	update(id: number, values: Partial<RowValues>): void {
		this.updates.set(id, { ...this.updates.get(id), ...values });
	}

	remove(id: number): void {
		this.updates.delete(id);
		this.removals.add(id);
	}

	/** Starts a write in the background. */
	flushSoon(): void {
		if (this.isScheduled) return;
		this.isScheduled = true;
		void this.clock.sleep(COLLECT_MS).then(async () => {
			this.isScheduled = false;
			await this.flush().catch(this.onError);
		});
	}

	/** Resolves once everything up to now is written. Rejects with the error of the table. */
	async flush(): Promise<void> {
		const previous = this.lastWrite;
		const write = previous.then(async () => {
			const { updates, removals } = this;
			if (updates.size + removals.size === 0) return;
			this.updates = new Map();
			this.removals = new Set();
			await this.table.write(
				[...updates].map(([id, values]) => ({ id, values })),
				[...removals],
			);
		});
		this.lastWrite = write.catch(() => {});
		await write;
	}
}
