import type { Clock } from '../retry/clock';
import { RegisterEntry, type EntryContext, type PlannedVideo } from './entry';
import { submittedAtMs, type RegisterRow } from './row';
import { RowStore } from './store';
import { RegisterError, TableError, type RegisterTable } from './table';

const DAY_MS = 24 * 3600 * 1000;

export interface RegisterSettings {
	/** How long an identical request is reused, milliseconds; 0 for never. */
	reuseMs: number;
	/** Maximum number of videos in 24 hours; 0 for no limit. */
	maxPerDay: number;
	/** How many requests are sent immediately. */
	concurrency: number;
}

export interface RegisterEnvironment {
	executionId: string;
	clock: Clock;
	/** Whether an execution can no longer deliver its videos. */
	isOver(executionId: string): Promise<boolean>;
	/** Called once if the table can't be used and the node continues without it. */
	onOutOfService(reason: string): void;
}

/** The video register of one execution of the node. */
export class VideoRegister {
	private readonly entries: RegisterEntry[] = [];
	private readonly insertedIds = new Set<number>();
	private readonly store: RowStore;
	private readonly entryContext: EntryContext;
	/** Items of this execution that were submitted. */
	private spent = 0;
	private isOutOfService = false;

	constructor(
		table: RegisterTable,
		private readonly settings: RegisterSettings,
		private readonly environment: RegisterEnvironment,
	) {
		const { clock } = environment;
		const { maxPerDay, reuseMs } = settings;
		this.store = new RowStore(table, {
			...environment,
			sinceMs: () => (maxPerDay > 0 ? clock.wallNow() - DAY_MS : undefined),
			maxSince: maxPerDay,
			onWriteError: (error) => this.giveUp(error),
		});
		this.entryContext = {
			...{ store: this.store, clock, reuseMs, entries: this.entries },
			...{ insertedIds: this.insertedIds, offeredIds: new Set() },
			attempt: async (operation) => await this.attempt(operation),
			spend: (rows, own) => {
				this.checkBudget(rows, own, this.spent + 1);
				this.spent++;
			},
		};
	}

	add(video: PlannedVideo): RegisterEntry {
		const entry = new RegisterEntry(video, this.entryContext);
		this.entries.push(entry);
		return entry;
	}

	/**
	 * Finds what exists already, and checks the budget, before anything is sent. Records the requests that
	 * are sent immediately; the others are recorded just before they are sent.
	 * @throws RegisterError if the items must not be submitted
	 */
	async begin(): Promise<void> {
		const { entries, settings } = this;
		const planned = entries.filter(({ video }) => !video.existing);
		const first = planned
			.filter((entry) => entry.siblings().length === 0)
			.slice(0, settings.concurrency);
		await this.attempt(async () => {
			const rows = await this.store.insert(
				first.map((entry) => entry.newValues()),
				entries.map(({ fingerprint }) => fingerprint),
			);
			for (const entry of first) entry.inserted(rows);
			for (const entry of entries) entry.recognize(rows);
			await Promise.all(
				planned.map(async (entry) => entry.video.takesUp && (await entry.takeUp(rows))),
			);
			const paid = planned.filter(
				(entry) =>
					!entry.leftover && entry.siblings().length === 0 && entry.reusable(rows).length === 0,
			);
			const last = paid.findLast(({ row }) => row)?.row;
			if (last) this.checkBudget(rows, last, paid.length);
		});
	}

	/**
	 * Writes everything that is left.
	 * @param delivered - whose items leave the node
	 */
	async finish(delivered: ReadonlySet<RegisterEntry>): Promise<void> {
		const now = new Date(this.environment.clock.wallNow()).toISOString();
		for (const entry of this.entries) {
			if (delivered.has(entry)) entry.delivered(now);
			entry.close();
		}
		await this.store.flush();
	}

	/** @param own - of the rows at the same time, only those before it count */
	private checkBudget(rows: readonly RegisterRow[], own: RegisterRow, needed: number): void {
		const { maxPerDay } = this.settings;
		if (maxPerDay === 0) return;
		const sinceMs = this.environment.clock.wallNow() - DAY_MS;
		const submitted = rows.filter(
			(row) => row.id < own.id && !this.insertedIds.has(row.id) && submittedAtMs(row) >= sinceMs,
		).length;
		if (submitted + needed <= maxPerDay) return;
		throw new RegisterError(
			`'Max Videos per Day' is ${maxPerDay}: ${submitted} were submitted in the last 24 hours, and ${needed} more are needed`,
			"The request wasn't sent. Wait until earlier videos are more than 24 hours old, reduce the number of items, or increase the limit.",
		);
	}

	private async attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
		const isRequired = this.settings.reuseMs > 0 || this.settings.maxPerDay > 0;
		if (this.isOutOfService && !isRequired) return undefined;
		return await operation().catch((error: unknown) => {
			if (isRequired || !(error instanceof TableError)) throw error;
			this.giveUp(error);
			return undefined;
		});
	}

	private giveUp(error: unknown): void {
		if (this.isOutOfService) return;
		this.isOutOfService = true;
		const reason = error instanceof TableError ? error.reason : String(error);
		this.environment.onOutOfService(reason);
	}
}
