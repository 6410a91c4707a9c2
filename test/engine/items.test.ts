import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 1, credits: 1000 });
const { run, calls } = setup;

const generate = { prompt: '={{ $json.prompt }}', options: FAST };
const prompts = (...texts: string[]) => json(...texts.map((prompt) => ({ prompt })));
const numbered = (count: number) => prompts(...Array.from({ length: count }, (_, i) => `p${i}`));

describe('many items', () => {
	it('come out in the order of the input, paired to it, whichever ends first', async () => {
		// a slow answer to the first item lets all others overtake it
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

	it('are worked on at once: ten are all ordered before the first is ready', async () => {
		await run(generate, { items: numbered(10) });
		const submits = (await calls('generate')).map(({ seq }) => seq);
		const looks = (await calls('status')).map(({ seq }) => seq);
		expect(submits).toHaveLength(10);
		expect(Math.max(...submits)).toBeLessThan(Math.min(...looks));
	});

	it('never more at once than Max Concurrency', async () => {
		await run({ ...generate, options: { ...FAST, maxConcurrency: 2 } }, { items: numbered(4) });
		// the third video is ordered only once one of the first two is known to be ready
		const journal = await setup.sandbox.journal();
		const thirdSubmit = journal.filter(({ endpoint }) => endpoint === 'generate')[2];
		const looksBefore = journal.filter(
			({ endpoint, seq }) => endpoint === 'status' && seq < (thirdSubmit?.seq ?? 0),
		);
		expect(looksBefore.length).toBeGreaterThan(0);
	});

	it('no item is no work', async () => {
		const { items, error } = await run(generate, { items: [] });
		expect([items, error]).toEqual([[], undefined]);
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('a limited rate slows all of them down and loses none', async () => {
		const refusal = { kind: 'error' as const, code: 1003, retryAfter: '1' };
		await setup.sandbox.fault({ endpoint: 'any', times: 6, fault: refusal });
		const { items, error } = await run(generate, { items: numbered(4) });
		expect(error).toBeUndefined();
		expect(items.map(({ json: { status } }) => status)).toEqual(Array(4).fill('completed'));
		expect((await setup.sandbox.state()).jobs).toHaveLength(4);
		const sentAt = (await setup.sandbox.journal()).map(({ at }) => at);
		// four are on their way at once; a timer may fire a millisecond early
		expect(Number(sentAt[4]) - Number(sentAt[0])).toBeGreaterThanOrEqual(999);
	});
});

describe('one item that fails', () => {
	const items = prompts('a', 'b [fail]', '', 'd');

	it('leaves the others untouched with Continue On Fail', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { items: output } = await run(generate, { items, settings });
		expect(output.map(({ json: job }) => job.status ?? job.error)).toEqual([
			'completed',
			expect.stringContaining('could not be made'),
			"'Prompt' is empty",
			'completed',
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		expect(output[1]?.json.details).toMatchObject({ uuid: expect.stringMatching(/^[\w-]{36}$/) });
	});

	it('goes to the error output alone, where there is one', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await run(generate, { items, settings });
		expect(outputs.map((branch) => branch.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 0 }, { item: 3 }],
			[{ item: 1 }, { item: 2 }],
		]);
	});

	it('with the older setting Continue On Fail too', async () => {
		const { items: output } = await run(generate, { items, settings: { continueOnFail: true } });
		expect(output).toHaveLength(4);
	});

	it('keeps new items from being begun when the node does not continue', async () => {
		const parameters = { ...generate, options: { ...FAST, maxConcurrency: 1 } };
		const { error } = await run(parameters, { items: prompts('a [fail]', 'b', 'c') });
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect(await calls('generate')).toHaveLength(1);
	});

	it('credits that run out end the rest, naming what is needed', async () => {
		await setup.sandbox.settings({ credits: 5 });
		const settings = { onError: 'continueRegularOutput' as const };
		const { items: output } = await run(generate, { items: numbered(3), settings });
		const errors = output.map(({ json: job }) => job.error).filter(Boolean);
		expect(errors).toEqual(['Not enough credits: the video needs 2, the account has 1']);
	});
});
