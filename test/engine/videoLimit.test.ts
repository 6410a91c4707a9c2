import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;

const prompts = (...texts: string[]) => json(...texts.map((prompt) => ({ prompt })));
const limited = (maxVideos: number | string | null) => ({
	prompt: '={{ $json.prompt }}',
	waitForCompletion: false,
	options: { ...FAST, maxVideos },
});
const submitCount = async () => (await calls('generate')).length;

it('submits as many videos as the limit allows', async () => {
	const { items } = await run(limited(2), { items: prompts('a', 'b') });
	expect(items).toHaveLength(2);
	expect(await submitCount()).toBe(2);
});

it('sends nothing for more items than the limit, and names both numbers', async () => {
	const { error } = await run(limited(2), { items: prompts('a', 'b', 'c') });
	expect(error?.message).toBe("3 videos were requested, but 'Max Videos per Execution' is 2");
	expect(error?.description).toContain('Nothing was sent');
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('returns an error for each item if the node continues on fail', async () => {
	const settings = { onError: 'continueRegularOutput' as const };
	const { items } = await run(limited(1), { items: prompts('a', 'b'), settings });
	expect(items.map(({ json: { error } }) => error)).toEqual(
		Array(2).fill("2 videos were requested, but 'Max Videos per Execution' is 1"),
	);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('counts all runs of the node, as in a loop', async () => {
	const first = await run(limited(3), { items: prompts('a', 'b') });
	const second = await run(limited(3), {
		items: prompts('c', 'd'),
		retryOf: first.executionData,
	});
	expect(second.error?.message).toBe(
		"2 videos were requested after 2 in earlier runs of this node, but 'Max Videos per Execution' is 3",
	);
	expect(await submitCount()).toBe(2);
});

it('counts a retry of the same run once', async () => {
	await setup.sandbox.fault({
		endpoint: 'generate',
		times: 1,
		fault: { kind: 'raw', httpStatus: 404, contentType: 'text/plain', body: 'no' },
	});
	const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	const { error, items } = await run(limited(2), { items: prompts('a', 'b'), settings });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(2);
});

it.each([0, 'many', null])('rejects a limit of %j', async (maxVideos) => {
	const { error } = await run(limited(maxVideos), { items: prompts('a') });
	expect(error?.message).toBe("'Max Videos per Execution' must be at least 1 videos");
	expect(error?.description).toContain('remove the option for no limit');
	expect(await setup.sandbox.journal()).toEqual([]);
});
