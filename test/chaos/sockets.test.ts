import fc from 'fast-check';
import type { Fault, FaultRule } from '../../sandbox/client';
import { FAST, json, useEngine } from '../harness/setup';

/**
 * The same promises as chaos.test.ts, over real sockets and in n8n's real engine. A run takes
 * seconds there, so these are few; CHAOS_SOCKET_RUNS and CHAOS_SEED widen or repeat them.
 */
const RUNS = Number(process.env.CHAOS_SOCKET_RUNS ?? 8);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);

const setup = useEngine({ jobSeconds: 0.6, credits: 1000 });

const accept = fc.boolean();
const fault: fc.Arbitrary<Fault> = fc.oneof(
	fc.record({
		kind: fc.constant('error' as const),
		code: fc.constantFrom(1000, 1001, 1002, 1003, 5000),
		retryAfter: fc.constantFrom('0', '1'),
	}),
	// by the contract these two say that nothing was accepted (node-interface.md, "Credit safety", 2)
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
const order: fc.Arbitrary<FaultRule> = fc.record({
	endpoint: fc.constantFrom('generate' as const, 'status' as const, 'video' as const),
	skip: fc.nat(3),
	times: fc.integer({ min: 1, max: 2 }),
	fault,
});
interface Script {
	faults: FaultRule[];
	count: number;
	continueOnFail: boolean;
	download: boolean;
	/** Milliseconds until Stop; null: never. */
	stopAt: number | null;
}
const script: fc.Arbitrary<Script> = fc.record({
	faults: fc.array(order, { minLength: 1, maxLength: 5 }),
	count: fc.integer({ min: 1, max: 4 }),
	keepGoing: fc.boolean(),
	download: fc.boolean(),
	stopAt: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: fc.integer({ min: 0, max: 2500 }) },
	),
});
/** One that is always among them, and leaves nothing in doubt. */
const plain: Script = {
	faults: [{ endpoint: 'status', skip: 0, times: 1, fault: { kind: 'resetBefore' } }],
	...{ count: 3, continueOnFail: true, download: true, stopAt: null },
};

it(`promises are kept over real sockets (${RUNS} scripts, seed ${SEED})`, async () => {
	const countOutcomes = { jobs: 0, found: 0 };
	const property = fc.asyncProperty(
		script,
		async ({ faults, count, continueOnFail, download, stopAt }) => {
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
					whenRunning: (cancel) => void (stopAt !== null && setTimeout(cancel, stopAt)),
				},
			);

			const { jobs } = await setup.sandbox.state();
			// no video is paid for twice
			expect(new Set(jobs.map(({ prompt }) => prompt)).size).toBe(jobs.length);
			// items are those of their inputs
			for (const [index, { json: item, pairedItem }] of result.items.entries()) {
				expect(pairedItem).toEqual({ item: index });
				if (item.prompt !== undefined) expect(item.prompt).toBe(prompts[index]);
			}
			// every accepted video is in an output, an error, the log or the saved context; the answer of
			// one that was cut off leaves at least the doubt
			const seen = JSON.stringify([
				result.items,
				result.error,
				result.error?.description,
				result.error?.context,
				result.warnings,
				result.executionData.executionData?.contextData,
			]);
			const inDoubt = /may have been accepted|"ok":false/.test(seen) || stopAt !== null;
			countOutcomes.jobs += jobs.length;
			for (const { uuid } of inDoubt ? [] : jobs) {
				expect(seen).toContain(uuid);
				countOutcomes.found++;
			}
			// the key is shown to the API alone
			for (const { endpoint, hasAuthorization } of await setup.sandbox.journal()) {
				expect(hasAuthorization).toBe(endpoint !== 'video');
			}
		},
	);
	const settings = { numRuns: RUNS, seed: SEED, endOnFailure: true };
	await fc.assert(property, { ...settings, examples: [[plain]] });
	expect(countOutcomes.found).toBeGreaterThanOrEqual(plain.count);
	const told = `${RUNS} scripts, seed ${SEED}, ${JSON.stringify(countOutcomes)}`;
	process.stdout.write(`chaos over sockets: ${told}\n`);
}, 600_000);
