/** The columns of the register and their types. Users build on them: must not change. */
export const COLUMNS = {
	fingerprint: 'string',
	state: 'string',
	uuid: 'string',
	videoUrl: 'string',
	request: 'string',
	generationType: 'string',
	prompt: 'string',
	workflowId: 'string',
	workflowName: 'string',
	nodeName: 'string',
	executionId: 'string',
	itemIndex: 'number',
	submittedAt: 'string',
	endedAt: 'string',
	deliveredAt: 'string',
	account: 'string',
} as const;

const STATES = ['submitting', 'submitted', 'completed', 'failed', 'in_doubt'] as const;

/**
 * `submitting` before the response to the paid request is known. Without `submittedAt` the request has
 * not been sent yet.
 */
export type RowState = (typeof STATES)[number];

type TextColumn = Exclude<keyof typeof COLUMNS, 'state' | 'itemIndex'>;

/** The values of a row. An empty column is ''. */
export interface RowValues extends Record<TextColumn, string> {
	state: RowState;
	itemIndex: number;
}

/** The text that decisions depend on. */
type ReadColumn =
	| 'fingerprint'
	| 'uuid'
	| 'workflowId'
	| 'nodeName'
	| 'executionId'
	| 'submittedAt'
	| 'deliveredAt';

/** One video, or one request for a video. */
export interface RegisterRow extends Record<ReadColumn, string> {
	/** Assigned by n8n, in the order of insertion. */
	id: number;
	/** When the row was inserted, epoch milliseconds; 0 if unknown. */
	createdAtMs: number;
	state: RowState;
	itemIndex: number;
}

/** @returns undefined if it can't be a row of the register, such as one that a user added */
export function parseRow(json: Readonly<Record<string, unknown>>): RegisterRow | undefined {
	const { id, itemIndex, createdAt } = json;
	const state = STATES.find((candidate) => candidate === json.state);
	if (typeof id !== 'number' || state === undefined) return undefined;
	const text = (name: ReadColumn) => String(json[name] ?? '');
	return {
		id,
		state,
		createdAtMs: Date.parse(String(createdAt)) || 0,
		itemIndex: Number(itemIndex ?? -1),
		fingerprint: text('fingerprint'),
		uuid: text('uuid'),
		workflowId: text('workflowId'),
		nodeName: text('nodeName'),
		executionId: text('executionId'),
		submittedAt: text('submittedAt'),
		deliveredAt: text('deliveredAt'),
	};
}

/** When the video was requested, epoch milliseconds. */
export function requestedAtMs({ submittedAt, createdAtMs }: RegisterRow): number {
	return Date.parse(submittedAt) || createdAtMs;
}
