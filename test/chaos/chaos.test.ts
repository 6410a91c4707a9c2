import fc from 'fast-check';
import { violatedInvariants } from './support/invariants';
import { scenario } from './support/scenario';
import { simulate } from './support/simulation';

/** The number of simulated executions. CHAOS_RUNS changes it; CHAOS_SEED repeats a run. */
const RUNS = Number(process.env.CHAOS_RUNS ?? 3000);
/** Whether to end at the first failure, without minutes of search for a simpler one. */
const END_ON_FAILURE = process.env.CHAOS_END_ON_FAILURE === '1';
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);

describe('an execution with faults of n8n, the network and the API', () => {
	it(`violates no invariant (${RUNS} scenarios, seed ${SEED})`, async () => {
		const counts = { runs: 0, jobs: 0, requests: 0, canceled: 0, retried: 0 };
		await fc.assert(
			fc.asyncProperty(scenario, async (generated) => {
				const execution = await simulate(generated);
				counts.runs++;
				counts.jobs += execution.api.jobs.length;
				counts.requests += execution.api.requests.length;
				counts.canceled += Number(execution.canceledMs < Infinity);
				counts.retried += Number(execution.runs.length > 1);
				expect(violatedInvariants(generated, execution)).toEqual([]);
			}),
			{ numRuns: RUNS, seed: SEED, endOnFailure: END_ON_FAILURE },
		);
		// jest fails a test with an unhandled rejection, which needs one turn of the event loop
		await new Promise((resolve) => setImmediate(resolve));
		expect(Math.min(counts.canceled, counts.retried)).toBeGreaterThan(RUNS / 100);
		process.stdout.write(`chaos: seed ${SEED}, ${JSON.stringify(counts)}\n`);
	}, 600_000);
});
