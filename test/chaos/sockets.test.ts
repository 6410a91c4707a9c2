import fc from 'fast-check';
import type { Fault, FaultRule } from '../../sandbox/client';
import { FAST, json, useEngine } from '../harness/setup';

/**
 * Invariants of chaos.test.ts over real sockets and in n8n's real engine. A run takes seconds, so
 * there are few. CHAOS_SOCKET_RUNS changes their number; CHAOS_SEED repeats a run.
 */
const RUNS = Number(process.env.CHAOS_SOCKET_RUNS ?? 4);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);

const setup = useEngine({ jobSeconds: 0.6, credits: 1000 });

const accept = fc.boolean();
const fault: fc.Arbitrary<Fault> = fc.oneof(
	fc.record({
		kind: fc.constant('error' as const),
		code: fc.constantFrom(1000, 1001, 1002, 1003, 5000),
		retryAfter: fc.constantFrom('0', '1'),
	}),
	// after these two statuses nothing was accepted (docs/credit-safety.md, rule 2)
	fc.record({ kind: fc.constant('gateway' as const), httpStatus: fc.constantFrom(404, 429) }),
	fc.record({
		kind: fc.constant('gateway' as const),
		httpStatus: fc.constantFrom(502, 503, 504),
		accept,
	}),
	fc.record({ kind: fc.constantFrom('resetBefore' as const, 'resetAfter' as const) }),
	fc.record({ kind: fc.constantFrom('malformed' as const, 'cut' as const), accept }),
	fc.record({ kind: fc.constantFrom('slow' as const, 'drip' as const), ms: fc.nat(400) }),
);
const faultRule: fc.Arbitrary<FaultRule> = fc.record({
	endpoint: fc.constantFrom('generate' as const, 'status' as const, 'video' as const),
	skip: fc.nat(3),
	times: fc.integer({ min: 1, max: 2 }),
	fault,
});
interface Scenario {
	faults: FaultRule[];
	count: number;
	continueOnFail: boolean;
	download: boolean;
	/** Milliseconds until the cancellation; null for never. */
	cancelAtMs: number | null;
}
const scenario: fc.Arbitrary<Scenario> = fc.record({
	faults: fc.array(faultRule, { minLength: 1, maxLength: 5 }),
	count: fc.integer({ min: 1, max: 4 }),
	continueOnFail: fc.boolean(),
	download: fc.boolean(),
	cancelAtMs: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: fc.integer({ min: 0, max: 2500 }) },
	),
});
/** Always included: a scenario in which no submission is in doubt. */
const withoutDoubt: Scenario = {
	faults: [{ endpoint: 'status', skip: 0, times: 1, fault: { kind: 'resetBefore' } }],
	...{ count: 3, continueOnFail: true, download: true, cancelAtMs: null },
};

it(`an execution over real sockets violates no invariant (${RUNS} scenarios, seed ${SEED})`, async () => {
	const counts = { jobs: 0, found: 0 };
	const property = fc.asyncProperty(
		scenario,
		async ({ faults, count, continueOnFail, download, cancelAtMs }) => {
			await setup.sandbox.reset();
			await setup.sandbox.fault(...faults);
			const prompts = Array.from({ length: count }, (_, i) => `prompt ${i}`);
			const result = await setup.run(
				{
					prompt: '={{ $json.prompt }}',
					downloadVideo: download,
					options: { ...FAST, maxRetries: 1, timeout: 10 },
				},
				{
					items: json(...prompts.map((prompt) => ({ prompt }))),
					settings: {
						...{ retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
						onError: continueOnFail ? 'continueRegularOutput' : 'stopWorkflow',
					},
					whenRunning: (cancel) => void (cancelAtMs !== null && setTimeout(cancel, cancelAtMs)),
				},
			);

			const { jobs } = await setup.sandbox.state();
			// no video is paid for twice
			expect(new Set(jobs.map(({ prompt }) => prompt)).size).toBe(jobs.length);
			// each output item belongs to its input item
			for (const [index, { json: item, pairedItem }] of result.items.entries()) {
				expect(pairedItem).toEqual({ item: index });
				if (item.prompt !== undefined) expect(item.prompt).toBe(prompts[index]);
			}
			// every accepted video is in an output, an error, the log or the saved context, unless its
			// response was lost: then an error says that the request may have been accepted
			const reported = JSON.stringify([
				result.items,
				result.error,
				result.error?.description,
				result.error?.context,
				result.warnings,
				result.executionData.executionData?.contextData,
			]);
			const isInDoubt =
				/may still have been accepted|"ok":false/.test(reported) || cancelAtMs !== null;
			counts.jobs += jobs.length;
			for (const { uuid } of isInDoubt ? [] : jobs) {
				expect(reported).toContain(uuid);
				counts.found++;
			}
			// only the API receives the key
			for (const { endpoint, hasAuthorization } of await setup.sandbox.journal()) {
				expect(hasAuthorization).toBe(endpoint !== 'video');
			}
		},
	);
	const settings = { numRuns: RUNS, seed: SEED, endOnFailure: true };
	await fc.assert(property, { ...settings, examples: [[withoutDoubt]] });
	expect(counts.found).toBeGreaterThanOrEqual(withoutDoubt.count);
	const summary = `${RUNS} scenarios, seed ${SEED}, ${JSON.stringify(counts)}`;
	process.stdout.write(`chaos over sockets: ${summary}\n`);
}, 600_000);
