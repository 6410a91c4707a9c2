import { VeoClient } from '../../../nodes/Veo/api/client';
import { mayHaveBeenAccepted } from '../../../nodes/Veo/api/errors';
import type { FilePart } from '../../../nodes/Veo/api/multipart';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { runBatch, type Result } from '../../../nodes/Veo/execution/batch';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { pollSubmitted, submitOnce, submitAndStartWait, type SubmitResult } from '../../../nodes/Veo/jobs/submission';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import type { PollResult } from '../../../nodes/Veo/jobs/polling';
import { VirtualClock } from '../../unit/support/virtualClock';
import { ChaosApi } from './chaosApi';
import { endOf, suspendExecution, standingOf, type Worked } from './durableWait';
import type { ItemScript, Script } from './script';

/** How an item's work ended in one run of the node. */
export interface ItemEnd {
	uuid?: string;
	/** What the user is told: the outcome of the wait, or why there is no job. */
	what: PollResult['outcome'] | 'notOrdered';
	/** The error says that the video may have been accepted. */
	isInDoubt: boolean;
	prompt?: unknown;
	waitedMs: number;
}

export interface NodeRunEnd {
	outcomes: Array<Result<ItemEnd, ItemEnd> | undefined>;
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
export async function simulate(script: Script): Promise<Execution> {
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
	cancel: AbortSignal,
): Promise<NodeRunEnd> {
	const { items, concurrency, continueOnFail, reuse, maxRetries, pollIntervalMs, timeoutMs } = script;
	const client = new VeoClient(api.send, clock.now);
	const submissions = new SubmissionStore(context, 0);
	const cancellation = new Cancellation();
	api.isCanceled = () => cancellation.isCanceled;
	const rateLimiter = new RateLimiter(clock);
	const startedMs = clock.now();
	cancel.addEventListener('abort', () => cancellation.cancel());

	const work = async (item: ItemScript, index: number): Promise<Worked> => {
		const page = submissions.record(index, index);
		const callContext = { clock, pace: rateLimiter, random, maxRetries, signal: cancellation.signal(index) };
		const request = {
			generationType: 'text_to_video' as const,
			prompt: `item ${index}`,
			aspectRatio: 'auto',
		};
		const ask = { request, page, reuse, ...(item.image && { image }) };
		const options = { pollIntervalMs, timeoutMs };
		if (script.durable) {
			const ordered = await submitAndStartWait(client, ask, options, callContext);
			return ordered.ok ? standingOf(ordered.wait) : notOrdered(ordered);
		}
		const ordered = await submitOnce(client, ask, callContext);
		if (!ordered.ok) return notOrdered(ordered);
		const { job, isReused: earlier } = ordered;
		return endOf(await pollSubmitted(client, job, earlier, page, options, callContext));
	};
	const worked = await runBatch(items, { concurrency, continueOnFail, cancellation }, work);
	const outcomes = await suspendExecution(worked, script, { api, client, clock, random, cancel });
	if (!script.durable && outcomes.every((outcome) => outcome?.ok)) submissions.close();
	return { outcomes, startedMs, endedMs: clock.now(), stopped: cancel.aborted };
}

function notOrdered({ step, error }: Extract<SubmitResult, { ok: false }>): Worked {
	const isInDoubt = step === 'submit' && mayHaveBeenAccepted(error);
	return { ok: false, error: { what: 'notOrdered', isInDoubt, waitedMs: 0 } };
}
