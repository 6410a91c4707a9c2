import { mayHaveBeenAccepted, type ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';
import type { RegisteredVideo, SubmissionRegister } from '../jobs/submission';
import type { Clock } from '../retry/clock';
import { isAlive, submittedAtMs, type RegisterRow, type RowValues } from './row';
import type { RowStore } from './store';
import { TableError } from './table';

/** The first delay until the rows of equal requests are read again; it doubles each time. */
const MIN_REREAD_MS = 250;
const MAX_REREAD_MS = 5_000;
/** How long another execution may take to submit a request, with all its retries. */
const MAX_SUBMIT_MS = 15 * 60_000;

/** One item's request for a video. */
export interface PlannedVideo {
	/** The row's values, without the time. */
	values: RowValues;
	/** The result of an earlier attempt in the execution's own data, which needs no new row. */
	existing?: ApiResult<VideoJob>;
	/** Whether to use an undelivered video of an earlier execution ('Reuse on Retry'). */
	takesUp: boolean;
}

/** How a video has ended. */
export type VideoEnd = Pick<RowValues, 'videoUrl'> & { state: 'completed' | 'failed' };

/** What the entries of an execution have in common. */
export interface EntryContext {
	store: RowStore;
	clock: Clock;
	/** How long an identical request is reused, milliseconds; 0 for never. */
	reuseMs: number;
	/** The IDs of the rows that the entries inserted. */
	insertedIds: Set<number>;
	/** The IDs of the undelivered rows that an entry takes up, or tried to. */
	offeredIds: Set<number>;
	/** Called when an item needs a row: records other items that will be sent very soon, in the same batch. */
	recordAhead(entry: RegisterEntry): void;
	/** Runs an operation of the table; if it fails and the node may continue without it, returns undefined. */
	attempt<T>(operation: () => Promise<T>): Promise<T | undefined>;
	/** Called before an item pays, with the rows at that time. Throws if the budget is exceeded. */
	spend(rows: readonly RegisterRow[], own: RegisterRow): void;
}

/** What the register holds of one item. */
export class RegisterEntry implements SubmissionRegister {
	/** The row of the video that the item gets, or of its request. */
	row: RegisterRow | undefined;
	/** What an earlier execution of the workflow left: a video, or a request in doubt. */
	leftover: RegisterRow | undefined;
	/** Whether another execution submitted the video. */
	isReused = false;
	/** Whether the row belongs to this execution: the own one, or one that it took up. */
	isOwner = false;
	private recording: Promise<readonly RegisterRow[]> | undefined;
	/** The rows that were read right after the own one was inserted. */
	private firstRead: readonly RegisterRow[] = [];
	private settle = () => {};
	/** Resolves when the item's video is known, or when it gets none. */
	private readonly settled = new Promise<void>((resolve) => (this.settle = resolve));

	constructor(
		readonly video: PlannedVideo,
		private readonly context: EntryContext,
		/** The item before with an equal request, whose video this one uses ('Reuse Within'). */
		readonly previous: RegisterEntry | undefined,
	) {}

	get fingerprint(): string {
		return this.video.values.fingerprint;
	}

	async find(signal: AbortSignal): Promise<RegisteredVideo | undefined> {
		const { leftover } = this;
		const { attempt, store } = this.context;
		this.leftover = undefined;
		const row = leftover ?? (await attempt(async () => await this.compete(signal)));
		if (!row) return undefined;
		const { uuid, executionId } = row;
		this.dropRow();
		if (uuid === '') store.update(row, { state: 'in_doubt' });
		else this.adopt(row, row === leftover);
		this.settle();
		return { ...(uuid !== '' && { uuid }), sentAtMs: submittedAtMs(row), executionId };
	}

	submitted(result: ApiResult<VideoJob>): void {
		const { row } = this;
		const { store } = this.context;
		if (row && result.ok) {
			store.update(row, { state: 'submitted', uuid: result.value.uuid });
		} else if (row && !result.ok && mayHaveBeenAccepted(result.error)) {
			store.update(row, { state: 'in_doubt', uuid: result.error.uuid ?? '' });
		}
		this.close();
		store.flushLater();
	}

	failed(): void {
		this.ended({ state: 'failed', videoUrl: '' });
		this.row = undefined;
		this.isReused = false;
		this.isOwner = false;
	}

	/** Records the end of the item's video, if it has ended. */
	ended(end: VideoEnd | undefined): void {
		const { row } = this;
		if (!end || !row || row.uuid === '' || row.state === end.state) return;
		this.context.store.update(row, { ...end, endedAt: this.now() });
	}

	/** Records that the item leaves the node, unless its video belongs to another execution. */
	delivered(deliveredAt: string): void {
		if (this.row && this.isOwner) this.context.store.update(this.row, { deliveredAt });
	}

	/** No video of this item will follow. The row of a request that was not sent is removed. */
	close(): void {
		if (this.row?.state === 'submitting') this.dropRow();
		this.settle();
	}

	/** Inserts the item's row. @returns the rows that were read after that */
	async record(): Promise<readonly RegisterRow[]> {
		this.recording ??= this.insert().finally(() => (this.recording = undefined));
		return await this.recording;
	}

	private async insert(): Promise<readonly RegisterRow[]> {
		const { store, insertedIds } = this.context;
		const values = { ...this.video.values, submittedAt: this.now() };
		const { fingerprint, executionId, nodeName, itemIndex } = values;
		const rows = await store.insert([values]);
		// a loop leaves rows of earlier runs
		this.row = rows.findLast(
			(row) =>
				row.fingerprint === fingerprint &&
				row.executionId === executionId &&
				row.nodeName === nodeName &&
				row.itemIndex === itemIndex &&
				row.state === 'submitting',
		);
		if (!this.row) throw new TableError('a row that was inserted is missing');
		insertedIds.add(this.row.id);
		this.isOwner = true;
		this.firstRead = rows;
		return rows;
	}

	/** Finds the row of the video that the execution's own data contains. */
	recognize(rows: readonly RegisterRow[]): void {
		const { existing } = this.video;
		const row = existing?.ok && rows.find(({ uuid }) => uuid === existing.value.uuid);
		if (!row) return;
		this.adopt(row, row.deliveredAt === '');
		this.settle();
	}

	private adopt(row: RegisterRow, isOwner: boolean): void {
		this.row = row;
		this.isOwner = isOwner;
		this.isReused = row.executionId !== this.video.values.executionId;
	}

	/** Takes up a video that an earlier execution of the workflow paid for and did not deliver. */
	async takeUp(rows: readonly RegisterRow[]): Promise<void> {
		const { store, offeredIds } = this.context;
		const { fingerprint, workflowId, executionId } = this.video.values;
		const candidates = rows.filter(
			(row) =>
				row.fingerprint === fingerprint &&
				row.workflowId === workflowId &&
				row.executionId !== executionId &&
				row.deliveredAt === '' &&
				isAlive(row),
		);
		// requests in doubt come last
		candidates.sort((a, b) => Number(a.uuid === '') - Number(b.uuid === ''));
		for (const row of candidates) {
			if (!(await store.isOver(row.executionId)) || offeredIds.has(row.id)) continue;
			offeredIds.add(row.id);
			if (row.uuid !== '' && !(await store.claim(row))) continue;
			this.leftover = row;
			return this.dropRow();
		}
	}

	/** The rows of equal requests, of others, whose video the item uses once it is known ('Reuse Within'). */
	reusable(rows: readonly RegisterRow[]): RegisterRow[] {
		const { clock, reuseMs, insertedIds } = this.context;
		if (reuseMs === 0) return [];
		const sinceMs = clock.wallNow() - reuseMs;
		return rows.filter(
			(row) =>
				row.fingerprint === this.fingerprint &&
				isAlive(row) &&
				submittedAtMs(row) >= sinceMs &&
				!insertedIds.has(row.id),
		);
	}

	/**
	 * Decides between equal requests of executions at the same time, without a unique key: each inserts
	 * its row, and reads the others after that. So of two, at least one reads the other's row. A row with a
	 * lower ID precedes; a row with a higher ID that was there in the first read may not have read this
	 * one, so it has to be removed or get a video first.
	 * @returns the row of a video to use, or of a request in doubt; undefined if the item may be submitted
	 */
	private async compete(signal: AbortSignal): Promise<RegisterRow | undefined> {
		const { clock, store, recordAhead, spend } = this.context;
		for (let { previous } = this; previous; { previous } = previous) {
			await Promise.race([previous.settled, clock.sleep(Infinity, signal)]);
			if (previous.row?.uuid && isAlive(previous.row)) return previous.row;
		}
		const deadlineMs = clock.now() + MAX_SUBMIT_MS;
		if (!this.row) recordAhead(this);
		let rows = this.row ? this.firstRead : await this.record();
		for (let delayMs = MIN_REREAD_MS; ; delayMs = Math.min(2 * delayMs, MAX_REREAD_MS)) {
			const others = this.reusable(rows);
			const video = others.find(({ uuid }) => uuid !== '');
			if (video) return video;
			const rival = others.find(
				({ id }) => !this.row || id < this.row.id || this.firstRead.some((row) => row.id === id),
			);
			if (rival) {
				if ((await store.isOver(rival.executionId)) || clock.now() > deadlineMs) return rival;
				if (this.row && rival.id < this.row.id) this.dropRow();
				await clock.sleep(delayMs, signal);
			} else if (this.row) {
				spend(rows, this.row);
				return undefined;
			}
			if (signal.aborted) return undefined;
			rows = rival ? await store.insert([], [this.fingerprint]) : await this.record();
		}
	}

	private now(): string {
		return new Date(this.context.clock.wallNow()).toISOString();
	}

	private dropRow(): void {
		if (this.row && this.isOwner && this.row.state === 'submitting') {
			this.context.store.remove(this.row);
			// other executions may wait for it
			void this.context.store.flush();
		}
		this.row = undefined;
		this.isOwner = false;
	}
}
