import type { JournalEntry, Sandbox } from '../../../sandbox/client';
import { waitFor } from '../../../scripts/lib/waitFor';
import type { Execution } from '../../../scripts/n8n/execution';
import type { N8nSession } from '../../../scripts/n8n/session';

/** Longer than anything takes that a test waits for, and shorter than the time of the test. */
const TIMEOUT_MS = 300_000;

/**
 * Reads a value repeatedly until there is one that `isDone` accepts; by default, one that is truthy.
 * @throws Error with the last value if there is none in time
 */
export async function until<T>(
	read: () => Promise<T>,
	isDone: (value: NonNullable<T>) => boolean = Boolean,
): Promise<NonNullable<T>> {
	const isAccepted = (value: T): value is NonNullable<T> =>
		value !== undefined && value !== null && isDone(value);
	const value = await waitFor(read, isAccepted, { timeoutMs: TIMEOUT_MS });
	if (isAccepted(value)) return value;
	throw new Error(`Still ${JSON.stringify(value)?.slice(0, 500)} after ${TIMEOUT_MS / 1000} s.`);
}

/** Reads an execution until `isDone` accepts it. */
export async function untilExecution(
	n8n: N8nSession,
	id: string,
	isDone: (execution: Execution) => boolean,
): Promise<Execution> {
	return await until(async () => await n8n.executionIfReady(id), isDone);
}

/** Waits until an execution has a status. @throws Error if it finishes with another one */
export async function untilStatus(n8n: N8nSession, id: string, status: string): Promise<Execution> {
	const execution = await untilExecution(
		n8n,
		id,
		(each) => each.status === status || each.isFinished,
	);
	if (execution.status !== status) throw new Error(execution.problem);
	return execution;
}

/** Waits until an execution is suspended. @throws Error if it finishes instead */
export async function untilWaiting(n8n: N8nSession, id: string): Promise<Execution> {
	return await untilStatus(n8n, id, 'waiting');
}

/**
 * Waits until an execution that was suspended when n8n was killed is suspended again: during startup,
 * n8n briefly reports it as crashed.
 */
export async function untilWaitingAgain(n8n: N8nSession, id: string): Promise<void> {
	await untilExecution(n8n, id, ({ status }) => status === 'waiting');
}

/** Waits for two executions of a workflow with these statuses. @returns their IDs, newest first */
export async function untilTwo(
	n8n: N8nSession,
	workflowId: string,
	status: string[],
): Promise<string[]> {
	return await until(
		async () => await n8n.executions({ workflowId, status }),
		({ length }) => length === 2,
	);
}

/** Waits for the first status check of the node. @returns all so far */
export async function untilPolled(sandbox: Sandbox): Promise<JournalEntry[]> {
	return await until(
		async () => await sandbox.journal({ endpoint: 'status' }),
		({ length }) => length > 0,
	);
}

/** What resumed an execution that waits for videos, each time: a request to its URL, or n8n's timer. */
export function resumesOf(wait: Execution): Array<'callback' | 'timer'> {
	const outputs = wait.runsOf('Wait').map(({ data }) => data?.main?.[0]?.[0]?.json ?? {});
	return outputs.map((json) => ('body' in json ? 'callback' : 'timer'));
}
