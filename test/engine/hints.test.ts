/** The hints that n8n shows above the node's output. */
import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();

async function hints(...[parameters, more]: Parameters<typeof setup.run>) {
	const { run, error } = await setup.run(parameters, more);
	expect(error).toBeUndefined();
	const [task] = run.data.resultData.runData['Veo 3.1'] ?? [];
	return (task?.hints ?? []).map(({ message }) => message);
}

it('three videos without a file cause one hint', async () => {
	const items = json({}, {}, {});
	expect(await hints({ prompt: 'a cat' }, { items })).toEqual([
		expect.stringContaining('Video URLs can expire'),
	]);
});

it('a downloaded video causes no hint', async () => {
	expect(await hints({ prompt: 'a cat', downloadVideo: true })).toEqual([]);
});

it('failed items and a short poll interval each cause a hint', async () => {
	await setup.sandbox.settings({ failNext: 1 });
	const settings = { onError: 'continueRegularOutput' as const };
	const all = await hints(
		{ prompt: 'a cat', downloadVideo: true, options: FAST },
		{ items: json({}, {}), settings },
	);
	expect(all).toEqual([
		expect.stringMatching(/^1 of 2 items couldn't be processed/),
		expect.stringMatching(/^'Poll Interval' is 1 second\./),
	]);
});

it('a video without waiting causes a hint about its retrieval, a status check does not', async () => {
	await setup.sandbox.settings({ jobSeconds: 60 });
	expect(await hints({ prompt: 'a cat', waitForCompletion: false })).toEqual([
		expect.stringContaining("connect a Veo node with the operation 'Get Status'"),
	]);
	const items = json({ uuid: (await setup.sandbox.state()).jobs[0]?.uuid });
	expect(await hints({ operation: 'getStatus' }, { items })).toEqual([]);
});

it('a timed-out video causes a hint', async () => {
	await setup.sandbox.settings({ jobSeconds: 60 });
	const options = { ...FAST, timeout: 1, onTimeout: 'continue' };
	expect(await hints({ prompt: 'a cat', options })).toContainEqual(
		expect.stringMatching(/^1 of 1 video wasn't ready before the timeout/),
	);
});
