import type { VeoClient } from '../../../nodes/Veo/api/client';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { runBatch, type BatchResult, type Result } from '../../../nodes/Veo/execution/batch';
import { pollDurableWait, suspensionMs, type DurableWait } from '../../../nodes/Veo/jobs/durableWait';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import type { PollResult } from '../../../nodes/Veo/jobs/polling';
import type { VirtualClock } from '../../unit/support/virtualClock';
import type { ChaosApi } from './chaosApi';
import type { ItemEnd } from './simulation';
import type { Script } from './script';

/** An item's end, or the job that it is still waited for. */
export type Worked = Result<ItemEnd | DurableWait, ItemEnd>;

interface World {
	api: ChaosApi;
	client: VeoClient;
	clock: VirtualClock;
	random: () => number;
	cancel: AbortSignal;
}

export function standingOf(wait: DurableWait): Worked {
	return wait.end ? endOf(wait.end) : { ok: true, value: wait };
}

export function endOf({ job, outcome, waitedMs }: PollResult): Result<ItemEnd, ItemEnd> {
	const { uuid, rawFields: extra } = job;
	const result = { uuid, what: outcome, doubtful: false, prompt: extra.prompt, waitedMs };
	return outcome === 'completed' ? { ok: true, value: result } : { ok: false, error: result };
}

const isParked = (value: ItemEnd | DurableWait): value is DurableWait => 'deadlineMs' in value;

/** What actions/common/subWorkflow.ts makes n8n do: park, look at all, and again, until all ended. */
export async function suspendExecution(
	{ outcomes, firstFailure: first }: BatchResult<ItemEnd | DurableWait, ItemEnd>,
	script: Script,
	world: World,
): Promise<Array<Result<ItemEnd, ItemEnd> | undefined>> {
	const { api, client, clock, random, cancel } = world;
	const { concurrency, continueOnFail, maxRetries } = script;
	const jobs = outcomes.flatMap((outcome) =>
		outcome?.ok && isParked(outcome.value) ? [outcome.value] : [],
	);
	const isOver = cancel.aborted || (first !== undefined && !continueOnFail);
	if (jobs.length === 0 || isOver) return outcomes.map(asSeen);

	await clock.sleep(suspensionMs(jobs, clock.now()), cancel);
	if (cancel.aborted) return outcomes.map(asSeen);
	const cancellation = new Cancellation();
	const stop = () => cancellation.cancel();
	cancel.addEventListener('abort', stop);
	api.isCanceled = () => cancellation.isCanceled;
	const rateLimiter = new RateLimiter(clock);
	const round = await runBatch(
		outcomes,
		{ concurrency, continueOnFail, cancellation },
		async (outcome, index): Promise<Worked> => {
			if (!outcome?.ok || !isParked(outcome.value)) return outcome ?? missing();
			// n8n keeps it as JSON
			const wait: DurableWait = JSON.parse(JSON.stringify(outcome.value));
			const callContext = { clock, pace: rateLimiter, random, maxRetries, signal: cancellation.signal(index) };
			return standingOf(await pollDurableWait(client, wait, callContext));
		},
	);
	cancel.removeEventListener('abort', stop);
	// the error of another item, or the log, names those that were not begun
	const seen = round.outcomes.map((outcome, index) => outcome ?? outcomes[index]);
	return await suspendExecution({ ...round, outcomes: seen }, script, world);
}

/** A job that is still parked when its execution ends is named by the error, or in the log. */
function asSeen(outcome: Worked | undefined): Result<ItemEnd, ItemEnd> | undefined {
	if (!outcome?.ok) return outcome;
	const { value } = outcome;
	if (!isParked(value)) return { ok: true, value };
	const { uuid } = value.job;
	return { ok: false, error: { uuid, what: 'stopped', isInDoubt: false, waitedMs: 0 } };
}

function missing(): never {
	throw new Error('Only a run that was stopped leaves items that were not begun');
}
