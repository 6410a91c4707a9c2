import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';
import type { FilePart } from '../api/multipart';
import type { GenerateRequest } from '../api/types';
import type { ExecutionContext } from '../execution/context';
import type { ItemResult, ItemTask } from '../execution/items';
import { isOver } from '../execution/waitWorkflow';
import type { SubmissionRecord } from '../jobs/idempotency';
import { warning } from '../output/hints';
import { ParameterReader } from '../parameters/parameterReader';
import { DataTable } from './dataTable';
import type { RegisterEntry, VideoEnd } from './entry';
import { fingerprintOf } from './fingerprint';
import { VideoRegister } from './register';
import { readRegisterOption, type RegisterOption } from './settings';
import { RegisterError, type RowUpdate } from './table';

/** The register of one execution of the node, with the entries of its items. */
interface Session {
	option: RegisterOption;
	register: VideoRegister;
	entries: Map<number, RegisterEntry>;
}

/** Null if 'Video Register' isn't set, so that it is read once and not for each item. */
const sessions = new WeakMap<ExecutionContext, Session | null>();

/**
 * Adds an item's request to the register, without writing anything yet.
 * @param takesUp - whether to use an undelivered video of an earlier execution
 * @returns undefined if 'Video Register' isn't set
 */
export async function planRegistered(
	context: ExecutionContext,
	itemIndex: number,
	{ request, image }: { request: GenerateRequest; image?: FilePart },
	record: SubmissionRecord,
	takesUp: boolean,
): Promise<RegisterEntry | undefined> {
	const session = sessionOf(context);
	if (!session) return undefined;
	const { functions, node, submissions } = context;
	const { account } = submissions;
	const { id: workflowId = '', name: workflowName = '' } = functions.getWorkflow();
	const entry = session.register.add({
		values: {
			fingerprint: await fingerprintOf(account, request, image),
			state: 'submitting',
			request: JSON.stringify(request),
			generationType: String(request.generationType),
			// PostgreSQL accepts no NUL in a text, which would make the whole batch fail
			prompt: String(request.prompt).replaceAll('\0', ''),
			...{ workflowId, workflowName, nodeName: node.name, itemIndex, account },
			executionId: functions.getExecutionId(),
			...{ uuid: '', videoUrl: '', submittedAt: '', endedAt: '', deliveredAt: '' },
		},
		existing: takesUp ? record.get()?.result : undefined,
		takesUp,
	});
	session.entries.set(itemIndex, entry);
	return entry;
}

/**
 * Records all requests before the first is sent.
 * @throws NodeOperationError if the register refuses the batch, or is required and can't be used
 */
export async function beginRegister(context: ExecutionContext): Promise<void> {
	const session = sessions.get(context);
	if (!session || session.entries.size === 0) return;
	try {
		await session.register.begin();
	} catch (error) {
		throw toRegisterError(context, error);
	}
}

/** An item's task that records how its video ends. */
export function withRegister(
	context: ExecutionContext,
	entry: RegisterEntry,
	task: ItemTask,
): ItemTask {
	return async () => {
		try {
			const result = await task();
			entry.ended(endOf(result.item.json));
			return result;
		} catch (thrown) {
			if (thrown instanceof NodeApiError) entry.ended(endOf({ details: thrown.context }));
			throw toRegisterError(context, thrown);
		} finally {
			// another item may wait for the same video
			entry.close();
		}
	};
}

/** Writes everything that is left, and tells the sub-workflow of a durable wait which rows to complete. */
export async function finishRegister(
	context: ExecutionContext,
	results: readonly ItemResult[] | undefined,
	isFinal: boolean,
): Promise<void> {
	const session = sessions.get(context);
	if (!session) return;
	const delivered = new Set<RegisterEntry>();
	const isDelivered = isFinal && !isRepeated(context, results);
	for (const [itemIndex, entry] of session.entries) {
		const result = results?.[itemIndex];
		if (!result || 'error' in result.item.json) continue;
		if (isDelivered) delivered.add(entry);
		else if (!isFinal && entry.row) {
			const { id } = entry.row;
			result.registered = { table: session.option.table, id, isOwner: entry.isOwner };
		}
	}
	await session.register.finish(delivered);
}

/**
 * Whether n8n may discard the items and run the node again: with Retry On Fail, it does so if the first
 * item has an error, but not after the last try, which the node can't recognize (2.41.1,
 * WorkflowExecute.processRunExecutionData). The rows of a successful execution are not taken
 * over anyway; if a later node fails, the next execution uses the video, which costs nothing.
 */
function isRepeated({ node }: ExecutionContext, results: readonly ItemResult[] = []): boolean {
	return node.retryOnFail === true && 'error' in (results[0]?.item.json ?? {});
}

/** Completes the rows of a durable wait, in its sub-workflow, when the items leave the node. */
export async function completeRows(
	context: ExecutionContext,
	results: readonly ItemResult[],
): Promise<void> {
	const table = results.find(({ registered }) => registered)?.registered?.table;
	if (table === undefined) return;
	const now = new Date(context.clock.wallNow()).toISOString();
	const updates = results.flatMap(({ item: { json }, registered }): RowUpdate[] => {
		if (!registered) return [];
		const { id, isOwner } = registered;
		const end = endOf(json);
		const isDelivered = isOwner && !('error' in json);
		const values = {
			...(end && { ...end, endedAt: now }),
			...(isDelivered && { deliveredAt: now }),
		};
		return Object.keys(values).length === 0 ? [] : [{ id, values }];
	});
	const write = new DataTable(context.functions, table).write(updates, []);
	await write.catch((error: unknown) => reportOutOfService(context, String(error)));
}

/** How a video has ended, by its item or its error item; undefined if it has not. */
function endOf({ status, videoUrl, details }: IDataObject): VideoEnd | undefined {
	if (status === 'completed') return { state: 'completed', videoUrl: String(videoUrl ?? '') };
	const hasReason = typeof details === 'object' && details !== null && 'reason' in details;
	const isFailure = status === 'failed' || (hasReason && details.reason === 'failed');
	return isFailure ? { state: 'failed', videoUrl: '' } : undefined;
}

/** Converts an error of the register; returns any other unchanged. */
function toRegisterError({ node }: ExecutionContext, error: unknown): unknown {
	if (!(error instanceof RegisterError)) return error;
	const { message, description } = error;
	return new NodeOperationError(node, message, { description });
}

function sessionOf(context: ExecutionContext): Session | null {
	const known = sessions.get(context);
	if (known !== undefined) return known;
	const session = createSession(context);
	sessions.set(context, session);
	return session;
}

function createSession(context: ExecutionContext): Session | null {
	const { functions, clock } = context;
	const option = readRegisterOption(new ParameterReader(functions, 0));
	if (!option) return null;
	const register = new VideoRegister(
		new DataTable(functions, option.table),
		{ ...option, concurrency: context.maxConcurrency },
		{
			...{ executionId: functions.getExecutionId(), clock },
			// one that runs has no error, or no data at all, like a deleted one (n8n 2.41.1)
			isOver: async (id) => {
				const data = await functions.getExecutionDataById(id);
				return data !== undefined && isOver(data);
			},
			onOutOfService: (reason) => reportOutOfService(context, reason),
		},
	);
	return { option, register, entries: new Map() };
}

function reportOutOfService({ functions }: ExecutionContext, reason: string): void {
	const message = `The video register couldn't be updated, so later executions may pay for these videos again: ${reason}`;
	functions.logger.warn(message);
	functions.addExecutionHints(warning(message));
}
