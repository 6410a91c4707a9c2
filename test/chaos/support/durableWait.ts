import type { VeoClient } from '../../../nodes/Veo/api/client';
import { Pace } from '../../../nodes/Veo/retry/rateLimiter';
import { runBatch, type BatchEnd, type Outcome } from '../../../nodes/Veo/execution/batch';
import { lookAtParked, parkingMs, type ParkedJob } from '../../../nodes/Veo/jobs/durableWait';
import { Stops } from '../../../nodes/Veo/execution/cancellation';
import type { WaitEnd } from '../../../nodes/Veo/jobs/polling';
import type { VirtualClock } from '../../unit/support/virtualClock';
import type { ChaosApi } from './chaosApi';
import type { ItemEnd } from './simulation';
import type { Script } from './script';

/** An item's end, or the job that it is still waited for. */
export type Worked = Outcome<ItemEnd | ParkedJob, ItemEnd>;

interface World {
	api: ChaosApi;
	client: VeoClient;
	clock: VirtualClock;
	random: () => number;
	cancelled: AbortSignal;
}

export function standingOf(parked: ParkedJob): Worked {
	return parked.end ? endOf(parked.end) : { ok: true, value: parked };
}

export function endOf({ job, outcome, waitedMs }: WaitEnd): Outcome<ItemEnd, ItemEnd> {
	const { uuid, extra } = job;
	const result = { uuid, what: outcome, doubtful: false, prompt: extra.prompt, waitedMs };
	return outcome === 'completed' ? { ok: true, value: result } : { ok: false, error: result };
}

const isParked = (value: ItemEnd | ParkedJob): value is ParkedJob => 'deadlineMs' in value;

/** What actions/common/subWorkflow.ts makes n8n do: park, look at all, and again, until all ended. */
export async function parkAll(
	{ outcomes, first }: BatchEnd<ItemEnd | ParkedJob, ItemEnd>,
	script: Script,
	world: World,
): Promise<Array<Outcome<ItemEnd, ItemEnd> | undefined>> {
	const { api, client, clock, random, cancelled } = world;
	const { concurrency, keepGoing, maxRetries } = script;
	const jobs = outcomes.flatMap((outcome) =>
		outcome?.ok && isParked(outcome.value) ? [outcome.value] : [],
	);
	const isOver = cancelled.aborted || (first !== undefined && !keepGoing);
	if (jobs.length === 0 || isOver) return outcomes.map(asSeen);

	await clock.sleep(parkingMs(jobs, clock.now()), cancelled);
	if (cancelled.aborted) return outcomes.map(asSeen);
	const stops = new Stops();
	const stop = () => stops.stop();
	cancelled.addEventListener('abort', stop);
	api.isStopped = () => stops.isStopped;
	const pace = new Pace(clock);
	const round = await runBatch(
		outcomes,
		{ concurrency, keepGoing, stops },
		async (outcome, index): Promise<Worked> => {
			if (!outcome?.ok || !isParked(outcome.value)) return outcome ?? missing();
			// n8n keeps it as JSON
			const parked: ParkedJob = JSON.parse(JSON.stringify(outcome.value));
			const patience = { clock, pace, random, maxRetries, signal: stops.signal(index) };
			return standingOf(await lookAtParked(client, parked, patience));
		},
	);
	cancelled.removeEventListener('abort', stop);
	// the error of another item, or the log, names those that were not begun
	const seen = round.outcomes.map((outcome, index) => outcome ?? outcomes[index]);
	return await parkAll({ ...round, outcomes: seen }, script, world);
}

/** A job that is still parked when its execution ends is named by the error, or in the log. */
function asSeen(outcome: Worked | undefined): Outcome<ItemEnd, ItemEnd> | undefined {
	if (!outcome?.ok) return outcome;
	const { value } = outcome;
	if (!isParked(value)) return { ok: true, value };
	const { uuid } = value.job;
	return { ok: false, error: { uuid, what: 'stopped', doubtful: false, waitedMs: 0 } };
}

function missing(): never {
	throw new Error('Only a run that was stopped leaves items that were not begun');
}
