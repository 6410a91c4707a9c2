import type { Clock } from '../retry/clock';
import { RegisterEntry, type PlannedVideo, type RegisterAccess } from './entry';
import { RowWriter } from './rowWriter';
import type { RegisterRow, RowValues } from './row';
import { countRecent, findReusable, undelivered, type Owner } from './rules';
import { TableError, type RegisterTable, type RowQuery } from './table';

const DAY_MS = 24 * 3600 * 1000;
/** Rows to read at most, in addition to those that the budget counts. */
const READ_LIMIT = 2_000;
/** How often to check whether another execution has submitted its request. */
const RECHECK_MS = 1_500;
/** How long another execution may take to submit a request, with all its retries. */
const MAX_SUBMIT_MS = 15 * 60_000;

export interface RegisterSettings {
	/** How long an identical request is reused, milliseconds; 0 for never. */
	reuseMs: number;
	/** Maximum number of videos in 24 hours; 0 for no limit. */
	maxPerDay: number;
	/** How many requests are sent immediately. */
	concurrency: number;
}

export interface RegisterEnvironment extends Owner {
	nodeName: string;
	clock: Clock;
	/** Whether an execution can no longer deliver its videos. */
	isOver(executionId: string): Promise<boolean>;
	/** Called once if the table can't be used and the node continues without it. */
	onOutOfService(reason: string): void;
}

/** The batch would exceed 'Max Videos per Day'. */
export class BudgetError extends Error {
	constructor(
		readonly submitted: number,
		readonly needed: number,
		readonly maxPerDay: number,
	) {
		super(`${submitted} of ${maxPerDay} videos were submitted in the last 24 hours`);
	}
}

/** The video register of one execution of the node. */
export class VideoRegister implements RegisterAccess {
	private readonly entries: RegisterEntry[] = [];
	private readonly writer: RowWriter;
	private rows: RegisterRow[] = [];
	/** Writes that mark a request as about to be sent. */
	private readonly marks = new Map<RegisterEntry, Promise<void>>();
	private isOutOfService = false;
	private readonly overChecks = new Map<string, Promise<boolean>>();

	constructor(
		private readonly table: RegisterTable,
		private readonly settings: RegisterSettings,
		private readonly environment: RegisterEnvironment,
	) {
		this.writer = new RowWriter(table, environment.clock, (error) => this.giveUp(toError(error)));
	}

	/** Whether the node may not continue without the register. */
	get isRequired(): boolean {
		return this.settings.reuseMs > 0 || this.settings.maxPerDay > 0;
	}

	add(video: PlannedVideo): RegisterEntry {
		const entry = new RegisterEntry(video, this);
		this.entries.push(entry);
		return entry;
	}

	/**
	 * Records all requests before any is sent, finds the videos that exist already, and enforces the
	 * budget.
	 * @throws BudgetError; if the register is required, also what the table throws
	 */
	async begin(): Promise<void> {
		const failure = await this.prepare().catch(toError);
		if (failure) return this.giveUpOrThrow(failure);
		await this.checkBudget();
		this.markNext(this.settings.concurrency);
	}

	private async prepare(): Promise<void> {
		await this.recordRequests();
		await this.claimUndelivered();
	}

	/**
	 * Writes everything that is left.
	 * @param delivered - whether the items leave the node
	 */
	async finish(delivered: ReadonlySet<RegisterEntry>): Promise<void> {
		for (const entry of this.entries) {
			if (delivered.has(entry)) entry.delivered();
			entry.close();
		}
		if (this.isOutOfService) return;
		await this.writer.flush().catch((error: unknown) => this.giveUp(toError(error)));
	}

	now(): string {
		return new Date(this.environment.clock.now()).toISOString();
	}

	isOwn({ executionId }: RegisterRow): boolean {
		return executionId === this.environment.executionId;
	}

	change(row: RegisterRow, values: Partial<RowValues>): void {
		Object.assign(row, values);
		this.writer.update(row.id, values);
	}

	remove(row: RegisterRow): void {
		this.rows = this.rows.filter((other) => other !== row);
		this.writer.remove(row.id);
	}

	writeSoon(): void {
		if (!this.isOutOfService) this.writer.flushSoon();
	}

	async markSubmitting(entry: RegisterEntry): Promise<void> {
		if (this.isOutOfService) return;
		const failure = await this.recordSubmission(entry).catch(toError);
		if (failure) this.giveUpOrThrow(failure);
	}

	private async recordSubmission(entry: RegisterEntry): Promise<void> {
		if (!entry.row) return await this.insert([entry], 1);
		if (entry.row.submittedAt === '') this.markNext(this.entries.indexOf(entry));
		const mark = this.marks.get(entry);
		// the next requests are marked in advance, since each would wait for a sub-workflow
		if (mark) this.markNext(this.entries.indexOf(entry) + 1);
		await mark;
	}

	/** Marks the requests from this one on, as many as are sent at the same time. */
	private markNext(index: number): void {
		const { concurrency } = this.settings;
		const next = this.entries.slice(index, index + concurrency);
		const unmarked = next.filter(({ row }) => row?.submittedAt === '' && row.uuid === '');
		// all at once, instead of one for each request that starts
		if (!next[0] || !unmarked.includes(next[0])) return;
		for (const { row } of unmarked) if (row) this.change(row, { submittedAt: this.now() });
		const mark = this.writer.flush();
		// who waits for it gets the error
		mark.catch(() => {});
		for (const entry of unmarked) this.marks.set(entry, mark);
	}

	async findReusable(entry: RegisterEntry, signal: AbortSignal): Promise<RegisterRow | undefined> {
		const { reuseMs } = this.settings;
		const { clock } = this.environment;
		if (reuseMs === 0 || this.isOutOfService) return undefined;
		const { fingerprint } = entry.video.values;
		const deadlineMs = clock.now() + MAX_SUBMIT_MS;
		while (!signal.aborted) {
			const ownId = entry.row?.id ?? Infinity;
			const row = findReusable(this.rows, fingerprint, ownId, clock.now() - reuseMs);
			if (!row || row.uuid !== '') return row;
			const sibling = this.entries.find((other) => other.row === row);
			if (sibling) {
				await untilAborted(sibling.settled, signal);
			} else if (this.isOwn(row) || (await this.isOver(row.executionId))) {
				if (row.submittedAt !== '') {
					this.change(row, { state: 'in_doubt' });
					return row;
				}
				this.remove(row);
			} else {
				if (clock.now() > deadlineMs) return row;
				await clock.sleep(RECHECK_MS, signal);
				await this.refresh(fingerprint);
			}
		}
		return undefined;
	}

	private async refresh(fingerprint: string): Promise<void> {
		const query = { fingerprints: [fingerprint], limit: READ_LIMIT };
		const read = await this.table.insertAndRead([], query);
		// the own rows are newer here than in the table
		const isKept = (row: RegisterRow) => row.fingerprint !== fingerprint || this.isOwn(row);
		this.rows = [...this.rows.filter(isKept), ...read.filter((row) => !this.isOwn(row))].sort(
			(a, b) => a.id - b.id,
		);
	}

	private async recordRequests(): Promise<void> {
		const { entries } = this;
		const planned = entries.filter(({ video }) => !video.hasResult);
		await this.insert(planned, this.settings.concurrency);
		for (const entry of entries) {
			const { existingUuid } = entry.video;
			if (existingUuid === undefined) continue;
			const row = this.rows.find(({ uuid }) => uuid === existingUuid);
			if (!row) continue;
			entry.row = row;
			entry.isOwner = row.deliveredAt === '';
			entry.isReused = !this.isOwn(row);
		}
	}

	/** @param sentNow - how many of the requests are about to be sent */
	private async insert(entries: readonly RegisterEntry[], sentNow: number): Promise<void> {
		const { executionId, nodeName, clock } = this.environment;
		const values = entries.map(({ video }, index) => ({
			...video.values,
			submittedAt: index < sentNow ? this.now() : '',
		}));
		const read = await this.table.insertAndRead(values, this.query(clock.now()));
		const kept = new Map(this.rows.filter((row) => this.isOwn(row)).map((row) => [row.id, row]));
		this.rows = read.map((row) => kept.get(row.id) ?? row);
		for (const entry of entries) {
			const { itemIndex, fingerprint } = entry.video.values;
			// a loop leaves rows of earlier runs
			entry.row = this.rows.findLast(
				(row) =>
					row.executionId === executionId &&
					row.nodeName === nodeName &&
					row.itemIndex === itemIndex &&
					row.fingerprint === fingerprint &&
					row.state === 'submitting',
			);
			if (!entry.row) throw new TableError('a row that was inserted is missing');
			entry.isOwner = true;
		}
	}

	private query(nowMs: number): RowQuery {
		const { maxPerDay } = this.settings;
		return {
			fingerprints: this.entries.map(({ video }) => video.values.fingerprint),
			...(maxPerDay > 0 && { sinceMs: nowMs - DAY_MS }),
			limit: READ_LIMIT + maxPerDay + 2 * this.entries.length,
		};
	}

	/** Claims the videos that an earlier execution of this workflow paid for and did not deliver. */
	private async claimUndelivered(): Promise<void> {
		const { executionId } = this.environment;
		const offered = new Set<RegisterRow>();
		let waiting = this.entries.filter(({ video }) => video.takesUp && !video.hasResult);
		while (waiting.length > 0) {
			const candidates = new Map<RegisterEntry, RegisterRow>();
			for (const entry of waiting) {
				const row = await this.nextUndelivered(entry, offered);
				if (!row) continue;
				offered.add(row);
				if (row.uuid === '') entry.doubtful = row;
				else candidates.set(entry, row);
			}
			const claims = [...candidates.values()].map(({ id, executionId: owner }) => ({
				id,
				executionId: owner,
			}));
			const won = await this.table.claim(claims, executionId);
			waiting = [];
			for (const [entry, row] of candidates) {
				if (won.has(row.id)) entry.claimed = Object.assign(row, { executionId });
				else waiting.push(entry);
			}
		}
		for (const entry of this.entries) if (entry.claimed ?? entry.doubtful) entry.dropRow();
	}

	/** Videos come first, then requests in doubt. */
	private async nextUndelivered(
		entry: RegisterEntry,
		offered: ReadonlySet<RegisterRow>,
	): Promise<RegisterRow | undefined> {
		const rows = undelivered(this.rows, entry.video.values.fingerprint, this.environment);
		const sorted = [...rows.filter(({ uuid }) => uuid), ...rows.filter(({ uuid }) => !uuid)];
		for (const row of sorted) {
			if (!offered.has(row) && (await this.isOver(row.executionId))) return row;
		}
		return undefined;
	}

	private async checkBudget(): Promise<void> {
		const { maxPerDay, reuseMs } = this.settings;
		if (maxPerDay === 0) return;
		const nowMs = this.environment.clock.now();
		const own = this.entries.filter(({ row, video }) => row && !video.hasResult);
		const paid = own.filter(
			({ row, video }) =>
				row &&
				(reuseMs === 0 ||
					!findReusable(this.rows, video.values.fingerprint, row.id, nowMs - reuseMs)),
		);
		const ownIds = new Set(own.flatMap(({ row }) => row?.id ?? []));
		const submitted = countRecent(this.rows, ownIds, nowMs - DAY_MS);
		if (paid.length === 0 || submitted + paid.length <= maxPerDay) return;
		for (const entry of own) entry.dropRow();
		await this.finish(new Set());
		throw new BudgetError(submitted, paid.length, maxPerDay);
	}

	private async isOver(executionId: string): Promise<boolean> {
		const check = this.overChecks.get(executionId) ?? this.environment.isOver(executionId);
		this.overChecks.set(executionId, check);
		const isOver = await check;
		// an execution that runs ends at some time
		if (!isOver) this.overChecks.delete(executionId);
		return isOver;
	}

	private giveUpOrThrow(failure: Error): void {
		if (this.isRequired) throw failure;
		this.giveUp(failure);
	}

	/** The node continues: what was paid for must reach the user. */
	private giveUp(error: Error): void {
		if (this.isOutOfService) return;
		this.isOutOfService = true;
		this.environment.onOutOfService(error.message);
	}
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	let onAbort = () => {};
	const aborted = new Promise<void>((resolve) => {
		onAbort = resolve;
		signal.addEventListener('abort', onAbort);
	});
	await Promise.race([promise, aborted]);
	signal.removeEventListener('abort', onAbort);
}

function toError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}
