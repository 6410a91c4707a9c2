import fc from 'fast-check';
import { violatedInvariants } from './support/invariants';
import { simulate } from './support/simulation';
import { script } from './support/script';

/** How many executions are lived; CHAOS_RUNS and CHAOS_SEED repeat or widen a run. */
const RUNS = Number(process.env.CHAOS_RUNS ?? 6000);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);

describe('whatever n8n, the network and the API do to an execution', () => {
	it(`keeps its promises (${RUNS} scripts, seed ${SEED})`, async () => {
		const countOutcomes = { runs: 0, jobs: 0, requests: 0, stopped: 0, retried: 0 };
		await fc.assert(
			fc.asyncProperty(script, async (lines) => {
				const execution = await simulate(lines);
				countOutcomes.runs++;
				countOutcomes.jobs += execution.api.jobs.length;
				countOutcomes.requests += execution.api.seen.length;
				countOutcomes.stopped += Number(execution.stoppedMs < Infinity);
				countOutcomes.retried += Number(execution.runs.length > 1);
				expect(violatedInvariants(lines, execution)).toEqual([]);
			}),
			{ numRuns: RUNS, seed: SEED, endOnFailure: false },
		);
		// jest fails a test in which a rejection goes unheard; the last one is given time to
		await new Promise((resolve) => setImmediate(resolve));
		expect(Math.min(countOutcomes.stopped, countOutcomes.retried)).toBeGreaterThan(RUNS / 100);
		process.stdout.write(`chaos: seed ${SEED}, ${JSON.stringify(countOutcomes)}\n`);
	}, 600_000);
});
