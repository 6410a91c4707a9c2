import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 0.4, credits: 1000 });
const { run, calls } = setup;

const generate = { prompt: '={{ $json.prompt }}', options: FAST };
const prompts = (...texts: string[]) => json(...texts.map((prompt) => ({ prompt })));
const numbered = (count: number) => prompts(...Array.from({ length: count }, (_, i) => `p${i}`));

describe('many items', () => {
	it('are returned in input order, with paired items, regardless of which one completes first', async () => {
		// because of the slow response, all other items complete before the first one
		await setup.sandbox.fault({
			endpoint: 'generate',
			match: 'p0',
			fault: { kind: 'slow', ms: 1500 },
		});
		const { items } = await run(generate, { items: numbered(5) });
		expect(items.map(({ json: { prompt } }) => prompt)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
	});

	it('are processed in parallel: all ten are submitted before the first status check', async () => {
		await run(generate, { items: numbered(10) });
		const submissions = (await calls('generate')).map(({ seq }) => seq);
		const statusChecks = (await calls('status')).map(({ seq }) => seq);
		expect(submissions).toHaveLength(10);
		expect(Math.max(...submissions)).toBeLessThan(Math.min(...statusChecks));
	});

	it('never exceed Max Concurrency', async () => {
		await run({ ...generate, options: { ...FAST, maxConcurrency: 2 } }, { items: numbered(4) });
		// the third video is submitted only after a status check of one of the first two
		const journal = await setup.sandbox.journal();
		const thirdSubmission = journal.filter(({ endpoint }) => endpoint === 'generate')[2];
		const checksBefore = journal.filter(
			({ endpoint, seq }) => endpoint === 'status' && seq < (thirdSubmission?.seq ?? 0),
		);
		expect(checksBefore.length).toBeGreaterThan(0);
	});

	it('do not delay Stop while their parameters are validated', async () => {
		let canceledAfterItems = 0;
		let validated = 0;
		const items = numbered(20_000);
		for (const { json: item } of items) {
			const { prompt } = item;
			// n8n reads the prompt once for each item that is validated
			Object.defineProperty(item, 'prompt', {
				enumerable: true,
				get: () => {
					validated++;
					return prompt;
				},
			});
		}
		const { run: execution } = await run(generate, {
			items,
			whenRunning: (cancel) => {
				setTimeout(() => {
					canceledAfterItems = validated;
					cancel();
				}, 200);
			},
		});
		expect(execution.status).toBe('canceled');
		expect(canceledAfterItems).toBeLessThan(items.length);
		expect(validated - canceledAfterItems).toBeLessThan(1000);
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('can be none: nothing is sent', async () => {
		const { items, error } = await run(generate, { items: [] });
		expect([items, error]).toEqual([[], undefined]);
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('are all delayed by a rate limit, and none is lost', async () => {
		const rateLimit = { kind: 'error' as const, code: 1003, retryAfter: '1' };
		await setup.sandbox.fault({ endpoint: 'any', times: 6, fault: rateLimit });
		const { items, error } = await run(generate, { items: numbered(4) });
		expect(error).toBeUndefined();
		expect(items.map(({ json: { status } }) => status)).toEqual(Array(4).fill('completed'));
		expect((await setup.sandbox.state()).jobs).toHaveLength(4);
		const sentAt = (await setup.sandbox.journal()).map(({ at }) => at);
		// four are in flight simultaneously; a timer can fire a millisecond early
		expect(Number(sentAt[4]) - Number(sentAt[0])).toBeGreaterThanOrEqual(999);
	});
});

describe('an item that fails', () => {
	const items = prompts('a', 'b [fail]', '', 'd');

	it('does not affect the others with Continue On Fail', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { items: output } = await run(generate, { items, settings });
		expect(output.map(({ json: job }) => job.error ?? job.status)).toEqual([
			'completed',
			expect.stringContaining("couldn't be generated"),
			"'Prompt' is empty",
			'completed',
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		const uuid = expect.stringMatching(/^[\w-]{36}$/);
		expect(output[1]?.json.details).toMatchObject({ uuid });
		const request = { generationType: 'text_to_video', prompt: 'b [fail]', aspectRatio: 'auto' };
		expect(output[1]?.json).toMatchObject({ uuid, status: 'failed', ...request });
	});

	it('contains the error first, then the video, the request and the details', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { items: output } = await run(generate, { items, settings });
		const [, failed, invalid] = output.map(({ json: item }) => Object.keys(item));
		const request = ['prompt', 'generationType', 'aspectRatio'];
		expect(failed).toEqual(['error', 'uuid', 'status', ...request, 'details']);
		expect(invalid).toEqual(['error', 'details']);
	});

	it('has the status timedOut after a timeout, as with On Timeout: Continue', async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		const settings = { onError: 'continueRegularOutput' as const };
		const parameters = { ...generate, options: { ...FAST, timeout: 1 } };
		const { items: output } = await run(parameters, { items: prompts('a'), settings });
		expect(output[0]?.json).toMatchObject({
			error: expect.stringContaining("wasn't ready"),
			status: 'timedOut',
			prompt: 'a',
		});
	});

	it('is routed to the error output, but the others are not', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await run(generate, { items, settings });
		expect(outputs.map((branch) => branch.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 0 }, { item: 3 }],
			[{ item: 1 }, { item: 2 }],
		]);
		// n8n adds the fields of the input item
		for (const { json: item } of outputs[1] ?? []) {
			expect(Object.keys(item)).toEqual(['prompt', 'error', 'details']);
		}
	});

	it('does not affect the others with the legacy setting Continue On Fail', async () => {
		const { items: output } = await run(generate, { items, settings: { continueOnFail: true } });
		expect(output).toHaveLength(4);
	});

	it('prevents new submissions without Continue On Fail', async () => {
		const parameters = { ...generate, options: { ...FAST, maxConcurrency: 1 } };
		const { error } = await run(parameters, { items: prompts('a [fail]', 'b', 'c') });
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect(await calls('generate')).toHaveLength(1);
	});

	it('reports the required and available credits if they run out', async () => {
		await setup.sandbox.settings({ credits: 5 });
		const settings = { onError: 'continueRegularOutput' as const };
		const { items: output } = await run(generate, { items: numbered(3), settings });
		const errors = output.map(({ json: job }) => job.error).filter(Boolean);
		expect(errors).toEqual(['Not enough credits: 2 required, 1 available']);
	});
});
