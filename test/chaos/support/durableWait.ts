import type { VeoClient } from '../../../nodes/Veo/api/client';
import { runBatch, type BatchResult } from '../../../nodes/Veo/execution/batch';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import { resumeDurableWait } from '../../../nodes/Veo/jobs/callbackWait';
import { suspensionMs, type DurableWait } from '../../../nodes/Veo/jobs/durableWait';
import type { Result } from '../../../nodes/Veo/result';
import type { Clock } from '../../../nodes/Veo/retry/clock';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import type { VirtualClock } from '../../unit/support/virtualClock';
import type { Callbacks, TimedCallback } from './callbacks';
import type { ChaosApi } from './chaosApi';
import { endOf, type ItemEnd, type ItemResult } from './execution';
import type { Scenario } from './scenario';

/** The result of an item, or the durable wait that continues. */
export type ItemState = Result<ItemEnd | DurableWait, ItemEnd>;

interface Environment {
	api: ChaosApi;
	client: VeoClient;
	clock: VirtualClock;
	random: () => number;
	cancelSignal: AbortSignal;
	/** When the wait of each item started, by VirtualClock.now(). */
	startedMs: ReadonlyMap<number, number>;
	/** Undefined if the requests contain no URL. */
	callbacks: Callbacks | undefined;
	/** The clock of the execution that is suspended. */
	executionClock: Clock;
}

/**
 * @param startedMs - when the wait started, by VirtualClock.now()
 * @param nowMs - by the same clock
 */
export function stateOf(wait: DurableWait, startedMs: number, nowMs: number): ItemState {
	return wait.result ? endOf(wait.result, startedMs, nowMs) : { ok: true, value: wait };
}

const isWait = (value: ItemEnd | DurableWait): value is DurableWait => 'deadlineMs' in value;

/** Simulates execution/waitWorkflow.ts: suspends the execution and polls until all jobs are done. */
export async function runPollCycles(
	{ results, firstFailure }: BatchResult<ItemEnd | DurableWait, ItemEnd>,
	scenario: Scenario,
	environment: Environment,
): Promise<Array<ItemResult | undefined>> {
	const { api, client, clock, random, cancelSignal, startedMs, callbacks } = environment;
	const { concurrency, continueOnFail, maxRetries } = scenario;
	const waits = results.flatMap((result) =>
		result?.ok && isWait(result.value) ? [result.value] : [],
	);
	const isOver = cancelSignal.aborted || (firstFailure !== undefined && !continueOnFail);
	if (waits.length === 0 || isOver) return results.map(finalResult);

	const suspendedMs = environment.executionClock.now();
	const delayMs = Math.ceil(suspensionMs(waits, suspendedMs) / 1000) * 1000;
	const resumeAtMs = suspendedMs + delayMs;
	const callback = await suspend(clock, delayMs, cancelSignal, callbacks?.next(clock.now()));
	if (callback) callbacks?.accept();
	const executionClock = clock.forExecution();
	if (cancelSignal.aborted) return results.map(finalResult);
	const cancellation = new Cancellation();
	const cancel = () => cancellation.cancel();
	cancelSignal.addEventListener('abort', cancel);
	api.isCanceled = () => cancellation.isCanceled;
	const rateLimiter = new RateLimiter(executionClock);
	const pollCycle = await runBatch(
		results,
		{ concurrency, continueOnFail, cancellation },
		async (result, index): Promise<ItemState> => {
			if (result === undefined) throw new Error('Only a cancellation leaves items unprocessed');
			if (!result.ok || !isWait(result.value)) return result;
			// n8n stores the state as JSON
			const wait: DurableWait = JSON.parse(JSON.stringify({ ...result.value, resumeAtMs }));
			const signal = cancellation.signal(index);
			const context = { clock: executionClock, rateLimiter, random, maxRetries, signal };
			const polled = await resumeDurableWait(client, wait, callback, context);
			return stateOf(polled, startedMs.get(index) ?? NaN, clock.now());
		},
	);
	cancelSignal.removeEventListener('abort', cancel);
	// an item that was not started keeps its state: the error or the log contains its job's ID
	const states = pollCycle.results.map((result, index) => result ?? results[index]);
	return await runPollCycles({ ...pollCycle, results: states }, scenario, {
		...environment,
		executionClock,
	});
}

/**
 * n8n compares the planned time with the wall clock, once a minute.
 * @param callback - one that arrives at some time
 * @returns the callback if it arrived before the planned time
 */
async function suspend(
	clock: VirtualClock,
	ms: number,
	signal: AbortSignal,
	callback?: TimedCallback,
): Promise<TimedCallback | undefined> {
	const wallMs = clock.wallNow() + ms;
	for (;;) {
		const remainingMs = wallMs - clock.wallNow();
		if (remainingMs <= 0 || signal.aborted) return undefined;
		const untilCallbackMs = (callback?.atMs ?? Infinity) - clock.now();
		if (untilCallbackMs <= 0) return callback;
		await clock.sleep(Math.min(remainingMs, 60_000, untilCallbackMs), signal);
	}
}

/** The error or the log contains the IDs of all jobs whose wait has not ended. */
function finalResult(state: ItemState | undefined): ItemResult | undefined {
	if (!state?.ok) return state;
	const { value } = state;
	if (!isWait(value)) return { ok: true, value };
	const { uuid } = value.job;
	return { ok: false, error: { uuid, outcome: 'canceled', isInDoubt: false } };
}
