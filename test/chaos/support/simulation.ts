import { VeoClient } from '../../../nodes/Veo/api/client';
import { mayHaveBeenAccepted } from '../../../nodes/Veo/api/errors';
import type { FilePart } from '../../../nodes/Veo/api/multipart';
import { runBatch } from '../../../nodes/Veo/execution/batch';
import { Cancellation } from '../../../nodes/Veo/execution/cancellation';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import {
	pollSubmitted,
	submitAndStartWait,
	submitOnce,
	type SubmitResult,
} from '../../../nodes/Veo/jobs/submission';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import { VirtualClock } from '../../unit/support/virtualClock';
import { Callbacks } from './callbacks';
import { ChaosApi } from './chaosApi';
import { runPollCycles, stateOf, type ItemState } from './durableWait';
import { endOf, type Execution, type NodeRun } from './execution';
import type { ItemScenario, Scenario } from './scenario';

const image: FilePart = {
	fileName: 'a.png',
	mimeType: 'image/png',
	size: 3,
	open: async () => Buffer.from('abc'),
};

/** Simulates an execution: runs the node until it succeeds, as n8n does with Retry On Fail. */
export async function simulate(scenario: Scenario): Promise<Execution> {
	const clock = new VirtualClock();
	const cancel = new AbortController();
	const random = () => scenario.random.getNthOrLast(0) ?? 0;
	const api = new ChaosApi(scenario, clock, random, cancel.signal);
	const execution: Execution = { api, runs: [], context: {}, canceledMs: Infinity };
	if (scenario.cancelAtMs !== null) {
		clock.after(scenario.cancelAtMs, () => {
			execution.canceledMs = clock.now();
			cancel.abort();
		});
	}
	for (const { atMs, byMs } of scenario.clockJumps) {
		clock.after(atMs, () => clock.jumpWallClock(byMs));
	}
	for (const { atMs, ms } of scenario.stalls) clock.after(atMs, () => clock.stall(ms));
	await clock.run(async () => {
		for (api.attempt = 1; api.attempt <= scenario.tries; api.attempt++) {
			const run = await runNode(scenario, execution, clock, random, cancel.signal);
			execution.runs.push(run);
			// n8n saves the context as JSON between executions
			execution.context = JSON.parse(JSON.stringify(execution.context));
			if (run.isCanceled || run.results.every((result) => result?.ok)) return;
			await clock.sleep(1000, cancel.signal);
			if (cancel.signal.aborted) return;
		}
	});
	return execution;
}

/** One run of the node: does what actions/router.ts and generate.operation.ts do, without n8n. */
async function runNode(
	scenario: Scenario,
	{ api, context }: Execution,
	clock: VirtualClock,
	random: () => number,
	cancelSignal: AbortSignal,
): Promise<NodeRun> {
	const { concurrency, continueOnFail, reuse, maxRetries, pollIntervalMs, timeoutMs } = scenario;
	const executionClock = clock.forExecution();
	const beginMs = clock.now();
	const client = new VeoClient(api.send, clock.wallNow);
	const startedMs = new Map<number, number>();
	const submissions = new SubmissionStore(context, '0', 'account');
	const cancellation = new Cancellation();
	api.isCanceled = () => cancellation.isCanceled;
	const rateLimiter = new RateLimiter(executionClock);
	cancelSignal.addEventListener('abort', () => cancellation.cancel());

	const generate = async (item: ItemScenario, index: number): Promise<ItemState> => {
		const record = submissions.record(index, index);
		const signal = cancellation.signal(index);
		const callContext = { clock: executionClock, rateLimiter, random, maxRetries, signal };
		const request = {
			generationType: 'text_to_video' as const,
			prompt: `item ${index}`,
			aspectRatio: 'auto',
			// as from an expression, which has another value in every attempt
			seed: random(),
		};
		const callback = scenario.callbacks && {
			callback: { callbackUrl: 'https://n8n.example.com/' },
		};
		const submission = { request, record, reuse, ...callback, ...(item.hasImage && { image }) };
		const options = { pollIntervalMs, timeoutMs };
		if (scenario.durable) {
			const started = await submitAndStartWait(client, submission, options, callContext);
			if (!started.ok) return notSubmitted(started);
			const { wait } = started;
			startedMs.set(index, clock.now() - (executionClock.now() - wait.startMs));
			return stateOf(wait, startedMs.get(index) ?? NaN, clock.now());
		}
		const submitted = await submitOnce(client, submission, callContext);
		if (!submitted.ok) return notSubmitted(submitted);
		const { job, origin } = submitted;
		const isNew = origin === 'new';
		const fromMs = clock.now();
		const result = await pollSubmitted(client, job, isNew, record, options, callContext);
		return endOf(result, fromMs, clock.now());
	};
	const batch = await runBatch(
		scenario.items,
		{ concurrency, continueOnFail, cancellation },
		generate,
	);
	const callbacks = scenario.callbacks
		? new Callbacks(scenario.callbacks, api, beginMs)
		: undefined;
	const environment = {
		...{ api, client, clock, random, cancelSignal },
		...{ startedMs, executionClock, callbacks },
	};
	const results = await runPollCycles(batch, scenario, environment);
	const summary = submissions.summary();
	if (!scenario.durable && results.every((result) => result?.ok)) submissions.clear();
	return { results, endedMs: clock.now(), isCanceled: cancelSignal.aborted, summary };
}

function notSubmitted({ step, error }: Extract<SubmitResult, { ok: false }>): ItemState {
	const isInDoubt = step === 'submit' && mayHaveBeenAccepted(error);
	return { ok: false, error: { outcome: 'notSubmitted', isInDoubt } };
}
