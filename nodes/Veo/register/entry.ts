import { mayHaveBeenAccepted, type ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';
import type { RegisteredVideo, SubmissionRegister } from '../jobs/submission';
import type { RegisterRow, RowState, RowValues } from './row';

/** One item's request for a video. */
export interface PlannedVideo {
	/** The row's values before the request is sent. */
	values: RowValues;
	/** A video that the execution's own data contains, which needs no new row. */
	existingUuid?: string;
	/** The execution's own data contains the result of an earlier attempt. */
	hasResult: boolean;
	/** Whether to use an undelivered video of an earlier execution ('Reuse on Retry'). */
	takesUp: boolean;
}

/** What an entry needs of the register. */
export interface RegisterAccess {
	/** ISO 8601. */
	now(): string;
	/** Whether this execution owns the row. */
	isOwn(row: RegisterRow): boolean;
	/** Changes a row, with the next write. */
	change(row: RegisterRow, values: Partial<RowValues>): void;
	remove(row: RegisterRow): void;
	/** Starts a write in the background. */
	writeSoon(): void;
	/** Resolves once the row says that the request is about to be sent. */
	markSubmitting(entry: RegisterEntry): Promise<void>;
	/**
	 * The row whose video the item uses instead of a new one. If another execution is submitting the
	 * same request, waits for its result.
	 * @returns a row without a uuid if it is unknown whether that request was accepted
	 */
	findReusable(entry: RegisterEntry, signal: AbortSignal): Promise<RegisterRow | undefined>;
}

/** What the register holds of one item. All methods do nothing if the register is out of service. */
export class RegisterEntry implements SubmissionRegister {
	/** The row of the video that the item gets, or of its request. */
	row?: RegisterRow;
	/** An undelivered row of an earlier execution, which this one has claimed. */
	claimed?: RegisterRow;
	/** A request of an earlier execution that may have been paid for. */
	doubtful?: RegisterRow;
	/** Whether another execution submitted the video. */
	isReused = false;
	/** Whether the row belongs to this execution: the own one, or a claimed one. */
	isOwner = false;
	/** Whether the paid request has a result. */
	private hasResult = false;
	private resolveSettled = () => {};
	/** Resolves when the item's video is known, or when it gets none. */
	readonly settled = new Promise<void>((resolve) => (this.resolveSettled = resolve));

	constructor(
		readonly video: PlannedVideo,
		private readonly register: RegisterAccess,
	) {}

	async find(signal: AbortSignal): Promise<RegisteredVideo | undefined> {
		if (this.claimed) return this.use(this.claimed, true);
		if (this.doubtful) {
			const { doubtful } = this;
			this.register.change(doubtful, { state: 'in_doubt' });
			return toRegistered(doubtful);
		}
		const row = await this.register.findReusable(this, signal);
		if (!row) return undefined;
		return row.uuid === '' ? toRegistered(row) : this.use(row, false);
	}

	async beforeSubmit(): Promise<void> {
		await this.register.markSubmitting(this);
	}

	submitted(result: ApiResult<VideoJob>): void {
		this.hasResult = true;
		const { row } = this;
		if (!row) return this.settle();
		if (result.ok) {
			this.register.change(row, { state: 'submitted', uuid: result.value.uuid });
		} else if (mayHaveBeenAccepted(result.error)) {
			this.register.change(row, { state: 'in_doubt', uuid: result.error.uuid ?? '' });
		} else {
			this.dropRow();
		}
		this.register.writeSoon();
		this.settle();
	}

	failed(): void {
		this.ended('failed', '');
		this.claimed = undefined;
		this.row = undefined;
		this.isReused = false;
		this.isOwner = false;
	}

	/** Records the end of the item's video. */
	ended(state: RowState, videoUrl: string): void {
		const { row } = this;
		if (!row || row.uuid === '' || row.state === state) return;
		this.register.change(row, { state, videoUrl, endedAt: this.register.now() });
	}

	/** Records that the item leaves the node, unless its video belongs to another execution. */
	delivered(): void {
		if (this.row && this.isOwner) {
			this.register.change(this.row, { deliveredAt: this.register.now() });
		}
	}

	/** No video of this item will follow. The row of a request that was not sent is removed. */
	close(): void {
		if (!this.hasResult && this.row?.uuid === '' && this.isOwner) this.dropRow();
		this.settle();
	}

	settle(): void {
		this.resolveSettled();
	}

	dropRow(): void {
		if (this.row) this.register.remove(this.row);
		this.row = undefined;
		this.isOwner = false;
	}

	private use(row: RegisterRow, isOwner: boolean): RegisteredVideo {
		if (this.row && this.row !== row) this.dropRow();
		this.row = row;
		this.isOwner = isOwner;
		this.isReused = isOwner || !this.register.isOwn(row);
		this.hasResult = true;
		this.settle();
		return toRegistered(row);
	}
}

function toRegistered({ uuid, submittedAt, executionId }: RegisterRow): RegisteredVideo {
	return {
		...(uuid !== '' && { uuid }),
		sentAtMs: Date.parse(submittedAt) || 0,
		executionId,
	};
}
