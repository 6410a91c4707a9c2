import { RegisterEntry, type EntryContext, type PlannedVideo } from './entry';
import { submittedAtMs, type RegisterRow } from './row';
import { DAY_MS, RowStore, type StoreEnvironment } from './store';
import { RegisterError, TableError, type RegisterTable } from './table';

/** Items that need a row within this time belong together. */
const WAVE_MS = 200;
/** If items follow others within this time, the next ones are sent soon. */
const QUICK_MS = 4_000;

export interface RegisterSettings {
	/** How long an identical request is reused, milliseconds; 0 for never. */
	reuseMs: number;
	/** Maximum number of videos in 24 hours; 0 for no limit. */
	maxPerDay: number;
	/** How many requests are sent immediately. */
	concurrency: number;
}

export interface RegisterEnvironment extends StoreEnvironment {
	/** Called once if the table can't be used and the node continues without it. */
	onOutOfService(reason: string): void;
}

/** The video register of one execution of the node. */
export class VideoRegister {
	private readonly entries: RegisterEntry[] = [];
	/** The last item with each request whose video another item can use. */
	private readonly latest = new Map<string, RegisterEntry>();
	private readonly insertedIds = new Set<number>();
	private readonly store: RowStore;
	private readonly entryContext: EntryContext;
	/** Items of this execution that were submitted. */
	private spent = 0;
	private isOutOfService = false;
	/** When items needed rows: the latest ones, and those before. */
	private waveMs = 0;
	private previousWaveMs = -Infinity;
	/** The index of the first item that isn't recorded ahead. */
	private ahead = 0;

	constructor(
		table: RegisterTable,
		private readonly settings: RegisterSettings,
		private readonly environment: RegisterEnvironment,
	) {
		const { clock } = environment;
		const { maxPerDay, reuseMs } = settings;
		this.store = new RowStore(table, maxPerDay, environment, (error) => this.giveUp(error));
		this.entryContext = {
			...{ store: this.store, clock, reuseMs },
			...{ insertedIds: this.insertedIds, offeredIds: new Set() },
			recordAhead: (entry) => this.recordAhead(entry),
			attempt: async (operation) => await this.attempt(operation),
			spend: (rows, own) => {
				this.checkBudget(rows, own.id, this.spent + 1);
				this.spent++;
			},
		};
	}

	add(video: PlannedVideo): RegisterEntry {
		const { fingerprint } = video.values;
		const entry = new RegisterEntry(video, this.entryContext, this.latest.get(fingerprint));
		this.entries.push(entry);
		if (this.settings.reuseMs > 0) this.latest.set(fingerprint, entry);
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
		this.waveMs = this.environment.clock.now();
		const first = planned.filter(({ previous }) => !previous).slice(0, settings.concurrency);
		await this.attempt(async () => {
			const fingerprints = entries.map(({ fingerprint }) => fingerprint);
			const requested = Promise.all([
				this.store.insert([], fingerprints),
				...first.map(async (entry) => await entry.record()),
			]);
			this.store.insertNow();
			const [rows] = await requested;
			const groups = groupByFingerprint(rows);
			const equal = ({ fingerprint }: RegisterEntry) => groups.get(fingerprint) ?? [];
			for (const entry of entries) entry.recognize(equal(entry));
			await Promise.all(
				planned.map(async (entry) => entry.video.takesUp && (await entry.takeUp(equal(entry)))),
			);
			const paid = planned.filter(
				(entry) => !entry.leftover && !entry.previous && entry.reusable(equal(entry)).length === 0,
			);
			const lastId = paid.findLast(({ row }) => row)?.row?.id ?? Infinity;
			if (paid.length > 0) this.checkBudget(rows, lastId, paid.length);
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
		await this.store.flushNow();
	}

	/** @param ownId - an own row: of the others at the same time, only those before it count */
	private checkBudget(rows: readonly RegisterRow[], ownId: number, needed: number): void {
		const { maxPerDay } = this.settings;
		if (maxPerDay === 0) return;
		const sinceMs = this.environment.clock.wallNow() - DAY_MS;
		const submitted = rows.filter(
			(row) => row.id < ownId && !this.insertedIds.has(row.id) && submittedAtMs(row) >= sinceMs,
		).length;
		if (submitted + needed <= maxPerDay) return;
		throw new RegisterError(
			`'Max Videos per Day' is ${maxPerDay}: ${submitted} were submitted in the last 24 hours, and ${needed} more are needed`,
			"The request wasn't sent. Wait until earlier videos are more than 24 hours old, reduce the number of items, or increase the limit.",
		);
	}

	/**
	 * A crash leaves what is recorded in doubt, so this is only for items that follow each other quickly, as
	 * without a wait. With 'Reuse Within', other executions would wait for these rows.
	 */
	private recordAhead(entry: RegisterEntry): void {
		const { reuseMs, concurrency } = this.settings;
		const nowMs = this.environment.clock.now();
		if (nowMs - this.waveMs > WAVE_MS) {
			this.previousWaveMs = this.waveMs;
			this.waveMs = nowMs;
		}
		if (reuseMs > 0 || this.waveMs - this.previousWaveMs > QUICK_MS) return;
		const index = this.entries.indexOf(entry) + 1;
		const next = this.entries.slice(Math.max(index, this.ahead), index + concurrency);
		this.ahead = index + concurrency;
		for (const other of next) {
			// the item itself gets an error
			if (!other.video.existing && !other.leftover && !other.row) other.record().catch(() => {});
		}
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

function groupByFingerprint(rows: readonly RegisterRow[]): Map<string, RegisterRow[]> {
	const groups = new Map<string, RegisterRow[]>();
	for (const row of rows) {
		const group = groups.get(row.fingerprint);
		if (group) group.push(row);
		else groups.set(row.fingerprint, [row]);
	}
	return groups;
}
