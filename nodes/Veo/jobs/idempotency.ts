import { createHash } from 'node:crypto';
import type { ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';

/** The key of the store in the node's context. Part of saved executions: must not change. */
const CONTEXT_KEY = 'veoSubmissions';

type Records = Record<string, unknown>;

/** The result of a submission: a job, or an error after which a job may exist. Plain JSON. */
export interface Submission {
	result: ApiResult<VideoJob>;
	/** When the request was sent, epoch milliseconds. */
	sentAtMs: number;
	/** The account it was sent with. */
	account: string;
}

/** What is recorded of one run of the node, for a report when it ends. */
export interface SubmissionSummary {
	/** The IDs of the jobs, and those that a response in doubt contained. */
	uuids: Map<number, string>;
	/** The items whose request may have been accepted. */
	inDoubt: number[];
}

/**
 * What this node has submitted in this execution, so that a retry (Retry On Fail, Retry Execution)
 * reuses a job instead of paying for a second one. It is stored in n8n's context of the node, which is
 * part of the execution's saved data (n8n 2.41.1: NodeHelpers.getContext), so it contains plain JSON
 * only.
 *
 * A record belongs to what n8n repeats: the run of the node, the input item, and the parameters as the
 * user wrote them. Values of expressions are no part of it, since `$now` or a random seed would be
 * different in every attempt. Run and item index are: equal prompts are separate videos, and the next
 * iteration of a loop submits again.
 */
export class SubmissionStore {
	private readonly records: RunRecords;
	/** The keys of the records that this store has handed out. */
	private readonly keys = new Set<string>();

	/**
	 * @param context - the result of `getContext('node')`
	 * @param run - the run of the node: n8n keeps it in a retry, and changes it in a loop
	 * @param account - the account that requests are sent with
	 * @param isShared - whether others use the run at the same time: an agent can call a tool several times
	 * @param onSubmission - called as soon as the result of an item's submission is known
	 */
	constructor(
		context: Record<string, unknown>,
		run: string,
		readonly account: string,
		private readonly isShared = false,
		private readonly onSubmission?: (itemIndex: number, result: ApiResult<VideoJob>) => void,
	) {
		const runs = context[CONTEXT_KEY];
		this.records = new RunRecords(isRecords(runs) ? runs : (context[CONTEXT_KEY] = {}), run);
	}

	/** @param identity - JSON of the input item and of the parameters as the user wrote them */
	record(itemIndex: number, identity: unknown): SubmissionRecord {
		const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
		const key = `${itemIndex}:${hash}`;
		this.keys.add(key);
		return new SubmissionRecord(this.records, key, this.account, (result) =>
			this.onSubmission?.(itemIndex, result),
		);
	}

	/**
	 * Deletes the records of this run after it succeeded, since n8n will not retry it. Those of another call
	 * of the same tool remain: it can still fail and be retried.
	 */
	clear(): void {
		if (!this.isShared) this.records.clear();
		else for (const key of this.keys) this.records.delete(key);
	}

	/** What was submitted in this run, in all attempts, without other calls of the same tool. */
	summary(): SubmissionSummary {
		const uuids = new Map<number, string>();
		const inDoubt = new Set<number>();
		for (const [key, entry] of Object.entries(this.records.all)) {
			if (!isSubmission(entry) || (this.isShared && !this.keys.has(key))) continue;
			const { result } = entry;
			const itemIndex = Number(key.split(':', 1)[0]);
			const uuid = result.ok ? result.value.uuid : result.error.uuid;
			if (uuid !== undefined) uuids.set(itemIndex, uuid);
			if (!result.ok) inDoubt.add(itemIndex);
		}
		return { uuids, inDoubt: [...inDoubt] };
	}
}

/** The records of one run. They are deleted at once, however many there are. */
class RunRecords {
	constructor(
		private readonly runs: Records,
		private readonly run: string,
	) {}

	get all(): Readonly<Records> {
		const records = this.runs[this.run];
		return isRecords(records) ? records : {};
	}

	set(key: string, entry: Submission): void {
		const records = this.runs[this.run];
		if (isRecords(records)) records[key] = entry;
		else this.runs[this.run] = { [key]: entry };
	}

	delete(key: string): void {
		const records = this.runs[this.run];
		if (isRecords(records)) delete records[key];
	}

	clear(): void {
		delete this.runs[this.run];
	}
}

/** The record of one item. */
export class SubmissionRecord {
	constructor(
		private readonly records: RunRecords,
		private readonly key: string,
		private readonly account: string,
		private readonly onSubmission: (result: ApiResult<VideoJob>) => void,
	) {}

	get(): Submission | undefined {
		const entry = this.records.all[this.key];
		return isSubmission(entry) ? entry : undefined;
	}

	/** Whether the submission was sent with the account of this execution. */
	isOwn({ account }: Submission): boolean {
		return account === this.account;
	}

	set(result: ApiResult<VideoJob>, sentAtMs: number): void {
		this.records.set(this.key, { result, sentAtMs, account: this.account });
		this.onSubmission(result);
	}

	/** After a job failed or a request was rejected, so that a retry submits again. */
	delete(): void {
		this.records.delete(this.key);
	}
}

function isRecords(value: unknown): value is Records {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only set() writes entries, so checking for the discriminant is enough. */
function isSubmission(value: unknown): value is Submission {
	return isRecords(value) && isRecords(value.result) && typeof value.result.ok === 'boolean';
}
