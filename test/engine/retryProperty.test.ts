/**
 * Arbitrary combinations of volatile expressions, faults, Retry On Fail, Retry execution and Continue On
 * Fail, in n8n's engine. Each item is accepted at most once per execution, and every accepted video or
 * doubt is in the output, an error or the log. RETRY_RUNS sets the number of executions.
 */
import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import type { Fault } from '../../sandbox/client';
import type { ExecutionResult } from '../harness/engine';
import { json, useEngine } from '../harness/setup';

const RUNS = Number(process.env.RETRY_RUNS ?? 12);

const setup = useEngine({ jobSeconds: 0.05, credits: 100_000 });

const submitFault = fc.constantFrom<Fault | null>(
	null,
	{ kind: 'resetAfter' },
	{ kind: 'error', code: 1000 },
	{ kind: 'error', code: 1003, retryAfter: '0' },
	{ kind: 'error', code: 5000 },
	{ kind: 'malformed', accept: true },
	{ kind: 'gateway', httpStatus: 502 },
	{ kind: 'gateway', httpStatus: 502, accept: true },
	{ kind: 'gateway', httpStatus: 404 },
	{ kind: 'envelope', code: 200 },
	{ kind: 'envelope', httpStatus: 500 },
);
const scenario = fc.record({
	faults: fc.array(submitFault, { minLength: 1, maxLength: 3 }),
	statusFaults: fc.nat({ max: 3 }),
	isVolatile: fc.boolean(),
	retryOnFail: fc.boolean(),
	continueOnFail: fc.boolean(),
	retries: fc.nat({ max: 2 }),
	wait: fc.boolean(),
});

/** Everything that a user, a log or the next node gets. */
const visible = ({ outputs, error, warnings }: ExecutionResult) =>
	JSON.stringify([outputs, error?.message, error?.description, error?.context, warnings]);

it(`no item is paid for twice, and nothing that was paid for is lost (${RUNS} executions)`, async () => {
	const counts = { executions: 0, accepted: 0, inDoubt: 0 };
	const property = fc.asyncProperty(scenario, async (options) => {
		await setup.sandbox.reset();
		const { faults, statusFaults, isVolatile, wait } = options;
		for (const [index, fault] of faults.entries()) {
			if (fault) await setup.sandbox.fault({ endpoint: 'generate', match: `item ${index}`, fault });
		}
		if (statusFaults > 0) {
			const fault: Fault = { kind: 'resetBefore' };
			await setup.sandbox.fault({ endpoint: 'status', times: statusFaults, fault });
		}
		const prompt = isVolatile ? '={{ $json.name }} {{ Math.random() }}' : '={{ $json.name }}';
		const seed = isVolatile && { additionalFields: '={{ { seed: Math.random() } }}' };
		const parameters: INode['parameters'] = {
			prompt,
			waitForCompletion: wait,
			options: { pollInterval: 1, maxRetries: 0, ...seed },
		};
		const input = json(...faults.map((_, index) => ({ name: `item ${index}.` })));
		const onError = options.continueOnFail ? 'continueRegularOutput' : 'stopWorkflow';
		const settings = {
			onError,
			...(options.retryOnFail && { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }),
		} as const;
		const results = [await setup.run(parameters, { items: input, settings })];
		for (let retry = 0; retry < options.retries; retry++) {
			const [last] = results.slice(-1);
			if (!last?.error) break;
			const retryOf = JSON.parse(JSON.stringify(last.executionData));
			results.push(await setup.run(parameters, { items: input, settings, retryOf }));
		}
		const text = results.map(visible).join();
		const { jobs } = await setup.sandbox.state();
		counts.executions += results.length;
		counts.accepted += jobs.length;
		for (const index of faults.keys()) {
			const own = jobs.filter(({ prompt: sent }) => sent.startsWith(`item ${index}.`));
			expect(own.length).toBeLessThanOrEqual(1);
			const [job] = own;
			if (!job || text.includes(job.uuid)) continue;
			// an unknown ID: the item is reported as in doubt
			counts.inDoubt++;
			const isReported = results.some(({ error, items, warnings }) =>
				[
					JSON.stringify(error?.context?.itemsInDoubt ?? []).includes(String(index)),
					error?.context?.itemIndex === index && error.context.mayHaveBeenAccepted === true,
					items.some(({ json: { details }, pairedItem }) =>
						JSON.stringify([details, pairedItem]).includes('"mayHaveBeenAccepted":true'),
					),
					warnings.some(({ message }) => new RegExp(`charged: .*\\b${index}\\b`).test(message)),
				].some(Boolean),
			);
			expect(isReported).toBe(true);
		}
	});
	await fc.assert(property, { numRuns: RUNS });
	console.log(`retries: ${JSON.stringify(counts)}`);
	expect(counts.accepted).toBeGreaterThan(0);
}, 600_000);
