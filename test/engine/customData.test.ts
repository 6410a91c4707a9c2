/** The custom data of an execution, which n8n keeps if it is canceled. n8n 1.123 and 2.0 don't offer it to nodes. */
import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 0.4 });

const uuids = async () => (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid).sort();

it.each(['getStatus', 'download'])('lists the video of %s', async (operation) => {
	const videoId = await setup.sandbox.createJob({ status: 'completed' });
	const { executionData } = await setup.run({ operation, videoId });
	expect(executionData.resultData.metadata).toEqual({ veo_videos: videoId });
});

it('lists each video', async () => {
	const { executionData } = await setup.run(
		{ prompt: 'A kite', waitForCompletion: false },
		{ items: json({}, {}) },
	);
	const listed = executionData.resultData.metadata?.veo_videos ?? '';
	expect(listed.split(', ').sort()).toEqual(await uuids());
});

it('lists the videos of a canceled execution', async () => {
	await setup.sandbox.settings({ jobSeconds: 600, estimates: 'none' });
	const { run, executionData } = await setup.run(
		{ prompt: 'A kite', options: FAST },
		{
			whenRunning: (stop) => {
				const poll = setInterval(() => {
					void setup.calls('status').then(({ length }) => {
						if (length === 0) return;
						clearInterval(poll);
						stop();
					});
				}, 50);
			},
		},
	);
	expect(run.status).toBe('canceled');
	expect(executionData.resultData.metadata?.veo_videos).toBe((await uuids())[0]);
});
