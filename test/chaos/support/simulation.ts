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
	const client = new VeoClient(api.send, clock.now);
	const submissions = new SubmissionStore(context, '0', 'account');
	const cancellation = new Cancellation();
	api.isCanceled = () => cancellation.isCanceled;
	const rateLimiter = new RateLimiter(clock);
	cancelSignal.addEventListener('abort', () => cancellation.cancel());

	const generate = async (item: ItemScenario, index: number): Promise<ItemState> => {
		const record = submissions.record(index, index);
		const signal = cancellation.signal(index);
		const callContext = { clock, rateLimiter, random, maxRetries, signal };
		const request = {
			generationType: 'text_to_video' as const,
			prompt: `item ${index}`,
			aspectRatio: 'auto',
			// as from an expression, which has another value in every attempt
			seed: random(),
		};
		const submission = { request, record, reuse, ...(item.hasImage && { image }) };
		const options = { pollIntervalMs, timeoutMs };
		if (scenario.durable) {
			const started = await submitAndStartWait(client, submission, options, callContext);
			return started.ok ? stateOf(started.wait) : notSubmitted(started);
		}
		const submitted = await submitOnce(client, submission, callContext);
		if (!submitted.ok) return notSubmitted(submitted);
		const { job, origin } = submitted;
		return endOf(await pollSubmitted(client, job, origin === 'new', record, options, callContext));
	};
	const batch = await runBatch(
		scenario.items,
		{ concurrency, continueOnFail, cancellation },
		generate,
	);
	const environment = { api, client, clock, random, cancelSignal };
	const results = await runPollCycles(batch, scenario, environment);
	if (!scenario.durable && results.every((result) => result?.ok)) submissions.clear();
	return { results, endedMs: clock.now(), isCanceled: cancelSignal.aborted };
}

function notSubmitted({ step, error }: Extract<SubmitResult, { ok: false }>): ItemState {
	const isInDoubt = step === 'submit' && mayHaveBeenAccepted(error);
	return { ok: false, error: { outcome: 'notSubmitted', isInDoubt, waitedMs: 0 } };
}
