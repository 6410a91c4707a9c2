/** The columns of the register. Users build on them: must not change. */
export const COLUMNS = [
	...(['fingerprint', 'state', 'uuid', 'videoUrl', 'request', 'generationType', 'prompt'] as const),
	...(['workflowId', 'workflowName', 'nodeName', 'executionId', 'itemIndex'] as const),
	...(['submittedAt', 'endedAt', 'deliveredAt', 'account'] as const),
];

export function columnType(name: (typeof COLUMNS)[number]): 'number' | 'string' {
	return name === 'itemIndex' ? 'number' : 'string';
}

const STATES = ['submitting', 'submitted', 'completed', 'failed', 'in_doubt'] as const;

/** `submitting` until the response to the paid request is known. */
export type RowState = (typeof STATES)[number];

type TextColumn = Exclude<(typeof COLUMNS)[number], 'state' | 'itemIndex'>;

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
		...{ id, state, itemIndex: Number(itemIndex ?? -1) },
		...{ fingerprint: text('fingerprint'), uuid: text('uuid'), workflowId: text('workflowId') },
		...{ nodeName: text('nodeName'), executionId: text('executionId') },
		...{ submittedAt: text('submittedAt'), deliveredAt: text('deliveredAt') },
	};
}

/** When the video was requested, epoch milliseconds; 0 if unknown. */
export function submittedAtMs({ submittedAt }: RegisterRow): number {
	return Date.parse(submittedAt) || 0;
}

/** Whether the row is a video, or a request that may become one. */
export function isAlive({ state }: RegisterRow): boolean {
	return state !== 'failed' && state !== 'in_doubt';
}
