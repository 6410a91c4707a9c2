import { VeoClient } from '../../../nodes/Veo/api/client';
import { mayHaveBeenAccepted } from '../../../nodes/Veo/api/errors';
import type { FilePart } from '../../../nodes/Veo/api/multipart';
import { Pace } from '../../../nodes/Veo/retry/rateLimiter';
import { runBatch, type Outcome } from '../../../nodes/Veo/execution/batch';
import { Ledger } from '../../../nodes/Veo/jobs/idempotency';
import { follow, order, orderAndPark, type OrderEnd } from '../../../nodes/Veo/jobs/submission';
import { Stops } from '../../../nodes/Veo/execution/cancellation';
import type { WaitEnd } from '../../../nodes/Veo/jobs/polling';
import { VirtualClock } from '../../unit/support/virtualClock';
import { ChaosApi } from './chaosApi';
import { endOf, parkAll, standingOf, type Worked } from './durableWait';
import type { ItemScript, Script } from './script';

/** How an item's work ended in one run of the node. */
export interface ItemEnd {
	uuid?: string;
	/** What the user is told: the outcome of the wait, or why there is no job. */
	what: WaitEnd['outcome'] | 'notOrdered';
	/** The error says that the video may have been accepted. */
	doubtful: boolean;
	prompt?: unknown;
	waitedMs: number;
}

export interface NodeRunEnd {
	outcomes: Array<Outcome<ItemEnd, ItemEnd> | undefined>;
	startedMs: number;
	endedMs: number;
	stopped: boolean;
}

/** A whole execution: what the server knows, and what the user gets. */
export interface Execution {
	api: ChaosApi;
	runs: NodeRunEnd[];
	/** n8n's context of the node as it is saved in the end. */
	context: Record<string, unknown>;
	/** When the user stopped it; Infinity if not. */
	stoppedMs: number;
	/** Sleepers that nobody waits for any more. */
	clock: VirtualClock;
}

const image: FilePart = {
	fileName: 'a.png',
	mimeType: 'image/png',
	size: 3,
	open: async () => Buffer.from('abc'),
};

/** A small generator with a seed (mulberry32): the same script always lives the same life. */
export function randomOf(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Lives a script: runs the node, as often as n8n's Retry On Fail would, until it ends well. */
export async function live(script: Script): Promise<Execution> {
	const clock = new VirtualClock();
	const cancel = new AbortController();
	const random = randomOf(script.seed);
	const api = new ChaosApi(script, clock, random, cancel.signal);
	const execution: Execution = { api, runs: [], context: {}, stoppedMs: Infinity, clock };
	if (script.stopAtMs !== null) {
		clock.after(script.stopAtMs, () => {
			execution.stoppedMs = clock.now();
			cancel.abort();
		});
	}
	await clock.run(async () => {
		for (api.attempt = 1; api.attempt <= script.tries; api.attempt++) {
			const end = await runNode(script, execution, random, cancel.signal);
			execution.runs.push(end);
			// n8n saves the context as JSON between executions
			execution.context = JSON.parse(JSON.stringify(execution.context));
			if (end.stopped || end.outcomes.every((outcome) => outcome?.ok)) return;
			await clock.sleep(1000, cancel.signal);
			if (cancel.signal.aborted) return;
		}
	});
	return execution;
}

/** One run of the node: what actions/router.ts and generate.operation.ts do, without n8n. */
async function runNode(
	script: Script,
	{ api, context, clock }: Execution,
	random: () => number,
	cancelled: AbortSignal,
): Promise<NodeRunEnd> {
	const { items, concurrency, keepGoing, reuse, maxRetries, pollIntervalMs, timeoutMs } = script;
	const client = new VeoClient(api.send, clock.now);
	const ledger = new Ledger(context, 0);
	const stops = new Stops();
	api.isStopped = () => stops.isStopped;
	const pace = new Pace(clock);
	const startedMs = clock.now();
	cancelled.addEventListener('abort', () => stops.stop());

	const work = async (item: ItemScript, index: number): Promise<Worked> => {
		const page = ledger.page(index, index);
		const patience = { clock, pace, random, maxRetries, signal: stops.signal(index) };
		const request = {
			generationType: 'text_to_video' as const,
			prompt: `item ${index}`,
			aspectRatio: 'auto',
		};
		const ask = { request, page, reuse, ...(item.image && { image }) };
		const options = { pollIntervalMs, timeoutMs };
		if (script.durable) {
			const ordered = await orderAndPark(client, ask, options, patience);
			return ordered.ok ? standingOf(ordered.parked) : notOrdered(ordered);
		}
		const ordered = await order(client, ask, patience);
		if (!ordered.ok) return notOrdered(ordered);
		const { job, earlier } = ordered;
		return endOf(await follow(client, job, earlier, page, options, patience));
	};
	const worked = await runBatch(items, { concurrency, keepGoing, stops }, work);
	const outcomes = await parkAll(worked, script, { api, client, clock, random, cancelled });
	if (!script.durable && outcomes.every((outcome) => outcome?.ok)) ledger.close();
	return { outcomes, startedMs, endedMs: clock.now(), stopped: cancelled.aborted };
}

function notOrdered({ step, failure }: Extract<OrderEnd, { ok: false }>): Worked {
	const doubtful = step === 'submit' && mayHaveBeenAccepted(failure);
	return { ok: false, error: { what: 'notOrdered', doubtful, waitedMs: 0 } };
}
