/** What n8n shows of paid videos while the node runs, and after it was canceled. */
import type { IWorkflowBase, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { Fault } from '../../sandbox/client';
import type { ExecutionResult } from '../harness/engine';
import { FAST, FILES, json, useEngine } from '../harness/setup';

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

describe('at debug level', () => {
	const pollsOf = ({ debugLog }: ExecutionResult) =>
		debugLog.filter((line) => line.startsWith('Veo video '));

	it('the log contains each status check with its progress', async () => {
		const result = await setup.run({ prompt: 'A secret kite', options: FAST });
		const [uuid] = await uuids();
		const polls = pollsOf(result);
		expect(polls).toHaveLength((await setup.calls('status')).length);
		expect(polls.at(-1)).toMatch(new RegExp(`^Veo video ${uuid}: completed, 100%`));
		expect(result.progress).toHaveLength(2);
	});

	it('it contains a failed status check with its kind', async () => {
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'error', code: 5000 } });
		const [first] = pollsOf(await setup.run({ prompt: 'A kite', options: FAST }));
		expect(first).toMatch(/: status check without success \(serverError\)$/);
	});
});

it('no log contains the prompt or the key, although the API quotes both', async () => {
	const msg = `blocked: "A secret kite", key ${setup.sandbox.key}`;
	const quoting: Fault = { kind: 'error', code: 1000, msg };
	const failed: Fault = { kind: 'patch', data: { status: 'failed', errorMessage: msg } };
	const items = json({ p: 'A secret kite' }, { p: 'A secret kite, too' });
	const parameters = { prompt: '={{ $json.p }}', options: { ...FAST, maxRetries: 0 } };
	for (const fault of [quoting, failed]) {
		await setup.sandbox.fault({ endpoint: 'status', times: 100, fault });
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const result = await setup.run(parameters, { items, settings: { onError } });
			const { progress, debugLog, warnings } = result;
			const ours = debugLog.filter((line) => line.includes('Veo'));
			const log = JSON.stringify([progress, ours, warnings]);
			expect(log).toContain('Veo video');
			expect(log).not.toContain('kite');
			expect(log).not.toContain(setup.sandbox.key);
		}
		await setup.sandbox.clearFaults();
	}
});

describe('the attributes for tracing', () => {
	const tracingOf = ({ executionData }: ExecutionResult) =>
		Object.values(executionData.resultData.runData).at(-1)?.at(-1)?.metadata?.tracing;

	it('are stored with the execution: videos, status checks, wait and lag', async () => {
		const parameters = { prompt: 'A kite', options: FAST };
		const result = await setup.run(parameters, { items: json({}, {}) });
		const tracing = tracingOf(result);
		expect(String(tracing?.['veo.uuid']).split(', ').sort()).toEqual(await uuids());
		expect(tracing).toMatchObject({
			'veo.videos': 2,
			'veo.reused': 0,
			'veo.polls': (await setup.calls('status')).length,
			'veo.waited_seconds': expect.any(Number),
			'veo.lag_seconds': expect.any(Number),
		});
		const waited = Number(tracing?.['veo.waited_seconds']);
		expect(Number(tracing?.['veo.lag_seconds'])).toBeGreaterThan(0);
		expect(Number(tracing?.['veo.lag_seconds'])).toBeLessThanOrEqual(waited);
	});

	it('count the videos that a retry reuses', async () => {
		const parameters = { prompt: 'A kite', options: { ...FAST, maxRetries: 0 } };
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
		const { executionData, error } = await setup.run(parameters);
		expect(error).toBeDefined();
		const retry = await setup.run(parameters, { retryOf: executionData });
		expect(retry.error).toBeUndefined();
		expect(tracingOf(retry)).toMatchObject({ 'veo.videos': 1, 'veo.reused': 1 });
		expect(retry.progress[0]).toMatch(/ reused$/);
	});

	it('exist if the node ends with an error', async () => {
		await setup.sandbox.settings({ failNext: 1 });
		const result = await setup.run({ prompt: 'A kite', options: FAST });
		expect(result.error).toBeDefined();
		expect(tracingOf(result)).toMatchObject({ 'veo.uuid': (await uuids())[0] });
	});

	it('are absent without a video', async () => {
		const binary = await setup.engine.binary(FILES.png);
		const upload = { resource: 'image', operation: 'upload' };
		const result = await setup.run(upload, { items: [{ json: {}, binary }] });
		expect(result.error).toBeUndefined();
		expect(tracingOf(result)).toBeUndefined();
	});
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
		const { run } = await cancel(async ({ code }, _, { inputData = [] }) => {
			started.push({ code, items: inputData.map(({ json: { uuid } }) => uuid) });
			return { executionId: '2', data: [null] };
		});
		expect(run.status).toBe('canceled');
		expect(started).toHaveLength(1);
		expect([...(started[0]?.items ?? [])].sort()).toEqual(await uuids());
		const note = started[0]?.code?.nodes.find(({ name }) => name === 'Note');
		for (const uuid of await uuids()) {
			expect(note?.parameters.content).toContain(uuid);
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
