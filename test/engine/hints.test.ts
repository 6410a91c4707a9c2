/** What n8n is told to show above the node's output. */
import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();

async function hints(...[parameters, more]: Parameters<typeof setup.run>) {
	const { run, error } = await setup.run(parameters, more);
	expect(error).toBeUndefined();
	const [task] = run.data.resultData.runData['Veo 3.1'] ?? [];
	return (task?.hints ?? []).map(({ message }) => message);
}

it('three videos by URL have one word about it', async () => {
	const items = json({}, {}, {});
	expect(await hints({ prompt: 'a cat' }, { items })).toEqual([
		expect.stringContaining('may expire'),
	]);
});

it('a downloaded video has none', async () => {
	expect(await hints({ prompt: 'a cat', downloadVideo: true })).toEqual([]);
});

it('items in error, and a hasty poll interval, are told', async () => {
	await setup.sandbox.settings({ failNext: 1 });
	const settings = { onError: 'continueRegularOutput' as const };
	const all = await hints(
		{ prompt: 'a cat', downloadVideo: true, options: FAST },
		{ items: json({}, {}), settings },
	);
	expect(all).toEqual([
		expect.stringMatching(/^1 of 2 items went wrong/),
		expect.stringMatching(/^'Poll Interval' is 1 s/),
	]);
});

it('a video that is not ready in time is told', async () => {
	await setup.sandbox.settings({ jobSeconds: 60 });
	const options = { ...FAST, timeout: 1, onTimeout: 'continue' };
	expect(await hints({ prompt: 'a cat', options })).toContainEqual(
		expect.stringMatching(/^1 of 1 videos were not ready in time/),
	);
});
