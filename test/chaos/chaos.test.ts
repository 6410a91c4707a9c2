import fc from 'fast-check';
import { brokenPromises } from './support/invariants';
import { live } from './support/simulation';
import { script } from './support/script';

/** How many executions are lived; CHAOS_RUNS and CHAOS_SEED repeat or widen a run. */
const RUNS = Number(process.env.CHAOS_RUNS ?? 6000);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);

describe('whatever n8n, the network and the API do to an execution', () => {
	it(`keeps its promises (${RUNS} scripts, seed ${SEED})`, async () => {
		const tally = { runs: 0, jobs: 0, requests: 0, stopped: 0, retried: 0 };
		await fc.assert(
			fc.asyncProperty(script, async (lines) => {
				const execution = await live(lines);
				tally.runs++;
				tally.jobs += execution.api.jobs.length;
				tally.requests += execution.api.seen.length;
				tally.stopped += Number(execution.stoppedMs < Infinity);
				tally.retried += Number(execution.runs.length > 1);
				expect(brokenPromises(lines, execution)).toEqual([]);
			}),
			{ numRuns: RUNS, seed: SEED, endOnFailure: false },
		);
		// jest fails a test in which a rejection goes unheard; the last one is given time to
		await new Promise((resolve) => setImmediate(resolve));
		expect(Math.min(tally.stopped, tally.retried)).toBeGreaterThan(RUNS / 100);
		process.stdout.write(`chaos: seed ${SEED}, ${JSON.stringify(tally)}\n`);
	}, 600_000);
});
