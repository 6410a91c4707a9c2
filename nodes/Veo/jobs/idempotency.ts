import { createHash } from 'node:crypto';
import type { ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';

/** The key of the store in the node's context. Part of saved executions: must not change. */
const CONTEXT_KEY = 'veoSubmissions';

type Records = Record<string, unknown>;

/**
 * What this node has submitted in this execution, so that a retry (Retry On Fail, Retry Execution)
 * reuses a job instead of paying for a second one. It is stored in n8n's context of the node, which is
 * part of the execution's saved data (n8n 2.41.1: NodeHelpers.getContext), so it contains plain JSON
 * only. Run and item index are part of the key: equal prompts are separate videos, and the next
 * iteration of a loop submits again.
 */
export class SubmissionStore {
	private readonly records: Records;

	/**
	 * @param context - the result of `getContext('node')`
	 * @param runIndex - the iteration of a loop
	 */
	constructor(
		context: Record<string, unknown>,
		private readonly runIndex: number,
	) {
		const records = context[CONTEXT_KEY];
		this.records = isRecords(records) ? records : (context[CONTEXT_KEY] = {});
	}

	/** @param submission - JSON of everything that identifies this item's submission */
	record(itemIndex: number, submission: unknown): SubmissionRecord {
		const hash = createHash('sha256').update(JSON.stringify(submission)).digest('hex');
		return new SubmissionRecord(this.records, `${this.runIndex}:${itemIndex}:${hash}`);
	}

	/** Deletes the records of this run after it succeeded, since n8n will not retry it. */
	clear(): void {
		for (const key of Object.keys(this.records)) {
			if (key.startsWith(`${this.runIndex}:`)) delete this.records[key];
		}
	}
}

/** The result of one item's submission: a job, or an error after which a job may exist. */
export class SubmissionRecord {
	constructor(
		private readonly records: Records,
		private readonly key: string,
	) {}

	get(): ApiResult<VideoJob> | undefined {
		const entry = this.records[this.key];
		return isEntry(entry) ? entry : undefined;
	}

	set(entry: ApiResult<VideoJob>): void {
		this.records[this.key] = entry;
	}

	/** After a job failed, so that a retry submits a new one. */
	delete(): void {
		delete this.records[this.key];
	}
}

function isRecords(value: unknown): value is Records {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only set() writes entries, so checking for the discriminant is enough. */
function isEntry(value: unknown): value is ApiResult<VideoJob> {
	return isRecords(value) && typeof value.ok === 'boolean';
}
