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

/** `submitting` until the response to the paid request is known. */
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
	state: RowState;
	itemIndex: number;
}

/** @returns undefined if it can't be a row of the register, such as one that a user added */
export function parseRow(json: Readonly<Record<string, unknown>>): RegisterRow | undefined {
	const { id, itemIndex } = json;
	const state = STATES.find((candidate) => candidate === json.state);
	if (typeof id !== 'number' || state === undefined) return undefined;
	const text = (name: ReadColumn) => String(json[name] ?? '');
	return {
		id,
		state,
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

/** When the video was requested, epoch milliseconds; 0 if unknown. */
export function submittedAtMs({ submittedAt }: RegisterRow): number {
	return Date.parse(submittedAt) || 0;
}

/**
 * Whether another execution can take over a row: a video that was paid for and not delivered, or a
 * request that may have been paid for. Whether the row's own execution is over is up to the caller.
 */
export function isUndelivered({ state, deliveredAt }: RegisterRow): boolean {
	return deliveredAt === '' && state !== 'failed' && state !== 'in_doubt';
}
