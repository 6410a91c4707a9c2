/** What n8n shows of paid videos while the node runs, and after it was canceled. */
import type { IWorkflowBase, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 0.4 });

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];

const uuids = async () => (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid).sort();

it('the log contains the submission and the end of each video, but no prompt and no key', async () => {
	const items = json({}, {});
	const { progress } = await setup.run({ prompt: 'A secret kite', options: FAST }, { items });
	for (const uuid of await uuids()) {
		expect(progress).toContainEqual(expect.stringMatching(`^Veo video ${uuid} .*submitted$`));
		expect(progress).toContainEqual(expect.stringMatching(`^Veo video ${uuid} .*completed after`));
	}
	expect(progress).toHaveLength(4);
	expect(progress.join()).not.toContain('kite');
	expect(progress.join()).not.toContain(setup.sandbox.key);
});

it('the custom data lists each video', async () => {
	const { executionData } = await setup.run(
		{ prompt: 'A kite', waitForCompletion: false },
		{ items: json({}, {}) },
	);
	const listed = executionData.resultData.metadata?.veo_videos ?? '';
	expect(listed.split(', ').sort()).toEqual(await uuids());
});

describe('a canceled execution', () => {
	/** Cancels an execution once its videos are submitted. */
	async function cancel(executeWorkflow: ExecuteWorkflow) {
		await setup.sandbox.settings({ jobSeconds: 600, estimates: 'none' });
		return await setup.run(
			{ prompt: 'A kite', options: FAST },
			{
				items: json({}, {}),
				additionalData: { executeWorkflow },
				whenRunning: (stop) => {
					const poll = setInterval(() => {
						void setup.calls('status').then(({ length }) => {
							if (length < 2) return;
							clearInterval(poll);
							stop();
						});
					}, 50);
				},
			},
		);
	}

	it('has an entry in the executions list that contains its videos', async () => {
		const started: Array<{ code?: IWorkflowBase; items: unknown[] }> = [];
		const { run, executionData } = await cancel(async ({ code }, _, { inputData = [] }) => {
			started.push({ code, items: inputData.map(({ json: { uuid } }) => uuid) });
			return { executionId: '2', data: [null] };
		});
		expect(run.status).toBe('canceled');
		expect(started).toHaveLength(1);
		expect([...(started[0]?.items ?? [])].sort()).toEqual(await uuids());
		const note = started[0]?.code?.nodes.find(({ name }) => name === 'Note');
		for (const uuid of await uuids()) {
			expect(note?.parameters.content).toContain(uuid);
			expect(executionData.resultData.metadata?.veo_videos).toContain(uuid);
		}
	});

	it('ends as canceled even if n8n cannot add the entry', async () => {
		const { run, warnings } = await cancel(async () => {
			throw new Error('sub-workflows are disabled');
		});
		expect(run.status).toBe('canceled');
		for (const uuid of await uuids()) expect(JSON.stringify(warnings)).toContain(uuid);
	});
});
