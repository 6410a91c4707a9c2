/** What n8n repeats is paid for once, and every known ID and every doubt is reported. */
import type { IRunExecutionData } from 'n8n-workflow';
import type { Fault } from '../../sandbox/client';
import { FAST, FILES, json, useEngine } from '../harness/setup';
import type { ExecutionResult } from '../harness/engine';

const setup = useEngine({ jobSeconds: 0.3, credits: 1000 });
const { run, calls } = setup;

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const submits = async () => (await calls('generate')).length;
const accepted = async () => (await setup.sandbox.state()).jobs;
/** What n8n saves of an execution and loads for a retry. */
const saved = ({ executionData }: ExecutionResult): IRunExecutionData =>
	JSON.parse(JSON.stringify(executionData));
const lost: Fault = { kind: 'resetAfter' };
const logOf = ({ warnings }: ExecutionResult) => warnings.map(({ message }) => message).join('\n');

/** Expressions with a different value in every attempt. */
const VOLATILE: Record<string, object> = {
	'a random seed': {
		prompt: 'a',
		options: { ...FAST, additionalFields: '={{ { seed: Math.floor(Math.random() * 1e9) } }}' },
	},
	'$now in the prompt': { prompt: '=At {{ $now.toMillis() }} {{ Math.random() }}' },
	'$execution.id in the prompt': { prompt: '={{ $execution.id }} {{ Math.random() }}' },
	'an additional field as text': {
		prompt: 'a',
		options: { ...FAST, additionalFields: '={"at": "{{ Date.now() }}-{{ Math.random() }}"}' },
	},
};

describe.each(Object.entries(VOLATILE))('%s', (_, parameters) => {
	const generate = { options: FAST, ...parameters };

	it('pays once with Retry On Fail', async () => {
		await setup.sandbox.fault({ endpoint: 'status', times: 2, fault: { kind: 'resetBefore' } });
		const options = { ...generate.options, maxRetries: 0 };
		const { items } = await run({ ...generate, options }, { settings: RETRY });
		const [job, ...others] = await accepted();
		expect(others).toEqual([]);
		expect(items[0]?.json).toMatchObject({ uuid: job?.uuid, prompt: job?.prompt });
	});

	it('pays once with Retry execution', async () => {
		const options = { ...generate.options, timeout: 1 };
		await setup.sandbox.settings({ jobSeconds: 2 });
		const first = await run({ ...generate, options }, { items: json({ a: 1 }, { a: 2 }) });
		expect(first.error?.message).toContain("wasn't ready");
		const second = await run(generate, { items: json({ a: 1 }, { a: 2 }), retryOf: saved(first) });
		expect(second.items.map(({ json: { status } }) => status)).toEqual(['completed', 'completed']);
		expect(await submits()).toBe(2);
	});
});

describe('a retry', () => {
	const generate = { prompt: '={{ $json.prompt }} {{ Math.random() }}', options: FAST };
	const failed = async (items = json({ prompt: 'a' })) => {
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
		return await run({ ...generate, options: { ...FAST, maxRetries: 0 } }, { items });
	};

	it('submits again if the user edited the prompt', async () => {
		const retryOf = saved(await failed());
		await run({ ...generate, prompt: 'b' }, { items: json({ prompt: 'a' }), retryOf });
		expect(await submits()).toBe(2);
	});

	it('submits again if the input item differs', async () => {
		const retryOf = saved(await failed());
		await run(generate, { items: json({ prompt: 'a', more: 1 }), retryOf });
		expect(await submits()).toBe(2);
	});

	it('submits again if the input file differs', async () => {
		const parameters = { ...generate, generationType: 'imageToVideo' };
		const binary = await setup.engine.binary(FILES.jpeg);
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
		const first = await run(
			{ ...parameters, options: { ...FAST, maxRetries: 0 } },
			{ items: [{ json: {}, binary }] },
		);
		const same = await run(parameters, { items: [{ json: {}, binary }], retryOf: saved(first) });
		expect([same.error, await submits()]).toEqual([undefined, 1]);
		const other = await setup.engine.binary(FILES.png);
		await run(parameters, { items: [{ json: {}, binary: other }], retryOf: saved(first) });
		expect(await submits()).toBe(2);
	});

	it('reuses the video if the user changed how to wait for it', async () => {
		const retryOf = saved(await failed());
		const options = { ...FAST, timeout: 60, maxConcurrency: 2 };
		const { items } = await run(
			{ ...generate, options, downloadVideo: true },
			{ items: json({ prompt: 'a' }), retryOf },
		);
		expect(items[0]?.binary).toBeDefined();
		expect(await submits()).toBe(1);
	});

	it('with another credential pays nothing, and the error is about the credential', async () => {
		const retryOf = saved(await failed());
		await setup.sandbox.reset();
		const { key: apiKey, baseUrl } = setup.sandbox;
		const credential = { apiKey, baseUrl: `${baseUrl}/` };
		const other = { apiKey, baseUrl: baseUrl.replace('127.0.0.1', 'localhost') };
		for (const [used, message] of [
			[other, 'This item submitted its video with another credential'],
			[credential, "The Veo API doesn't recognize the video that this item submitted earlier"],
		] as const) {
			const result = await run(generate, {
				items: json({ prompt: 'a' }),
				retryOf: structuredClone(retryOf),
				credential: used,
			});
			expect(result.error?.message).toContain(message);
			expect(result.error?.description).not.toMatch(/Video ID|isn't lost/);
		}
		expect(await submits()).toBe(0);
	});

	it('with a new key of the same account reuses the video', async () => {
		const retryOf = saved(await failed());
		const { baseUrl, key } = setup.sandbox;
		const credential = { apiKey: ` ${key} `, baseUrl: baseUrl.replace('127.0.0.1', 'localhost') };
		const { items } = await run(generate, { items: json({ prompt: 'a' }), retryOf, credential });
		expect(items[0]?.json.status).toBe('completed');
		expect(await submits()).toBe(1);
	});
});

describe('a submission in doubt', () => {
	it('is labeled as such when a retry finds it', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: lost });
		const { error } = await run({ prompt: 'a', options: FAST }, { settings: RETRY });
		expect(error?.message).toBe(
			"The request wasn't sent again, because the first one may have been accepted",
		);
		expect(error?.description).toMatch(/first sent at \d{4}-\d\d-\d\dT.*Z/);
		expect(error).toMatchObject({ context: { mayHaveBeenAccepted: true, reason: 'notResent' } });
		expect(await submits()).toBe(1);
	});

	it('after a Stop does not read "canceled" in a retry', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'slow', ms: 3000 } });
		const first = await run(
			{ prompt: 'a', options: FAST },
			{ whenRunning: (cancel) => void setTimeout(cancel, 500) },
		);
		expect(first.run.status).toBe('canceled');
		const retryOf = saved(first);
		const { error } = await run({ prompt: 'a', options: FAST }, { retryOf });
		expect(`${error?.message} ${error?.description}`).not.toMatch(/cancel/i);
		expect(await submits()).toBe(1);
	});

	it('is named when it is stopped in flight, in the error and the log', async () => {
		await setup.sandbox.fault({
			endpoint: 'generate',
			times: 2,
			fault: { kind: 'slow', ms: 3000 },
		});
		const result = await run(
			{ prompt: '={{ $json.p }}', options: FAST },
			{
				items: json({ p: 'a' }, { p: 'b' }),
				whenRunning: (cancel) => void setTimeout(cancel, 500),
			},
		);
		expect(result.run.status).toBe('canceled');
		expect(result.error?.description).toContain('The request of items 0, 1 may have been accepted');
		expect(result.error?.description).not.toContain('No video was submitted');
		expect(logOf(result)).toContain('may have been accepted and charged: 0, 1');
	});

	it('is named although another item fails first', async () => {
		await setup.sandbox.fault({
			endpoint: 'generate',
			match: 'bad',
			fault: { kind: 'error', code: 1000 },
		});
		await setup.sandbox.fault({ endpoint: 'generate', match: 'gone', times: 3, fault: lost });
		const items = json({ p: 'bad' }, { p: 'gone 1' }, { p: 'gone 2' }, { p: 'gone 3' });
		const result = await run({ prompt: '={{ $json.p }}', options: FAST }, { items });
		const { error } = result;
		const failedItem = Number(error?.context?.itemIndex);
		const doubts = [1, 2, 3].filter((itemIndex) => itemIndex !== failedItem);
		expect(error?.context?.itemsInDoubt).toEqual(doubts);
		expect(error?.description).toContain(`items ${doubts.join(', ')} may have been accepted`);
		expect(logOf(result)).toContain(`charged: ${doubts.join(', ')}`);
	});

	it('is in the log when the node continues on fail', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', match: 'gone', fault: lost });
		const result = await run(
			{ prompt: '={{ $json.p }}', options: FAST },
			{ items: json({ p: 'a' }, { p: 'gone' }), settings: { onError: 'continueRegularOutput' } },
		);
		expect(result.items[1]?.json.details).toMatchObject({ mayHaveBeenAccepted: true });
		expect(logOf(result)).toContain('charged: 1');
	});

	it.each(['data', 'beside', 'list', 'id'] as const)(
		'names the video that the response contains (%s), which Get Status can check',
		async (uuidAt) => {
			const code = uuidAt === 'data' ? 200 : 0;
			await setup.sandbox.fault({
				endpoint: 'generate',
				fault: { kind: 'envelope', code, uuidAt },
			});
			const result = await run({ prompt: 'a', options: FAST }, { settings: RETRY });
			const [job] = await accepted();
			expect(await submits()).toBe(1);
			expect(result.error?.description).toContain(job?.uuid);
			expect(result.error?.context?.uuid).toBe(job?.uuid);
			const status = await run({ operation: 'getStatus', videoId: String(job?.uuid) });
			expect(status.items[0]?.json.uuid).toBe(job?.uuid);
		},
	);
});

describe('the IDs of all attempts', () => {
	it('are in the error and the log after Retry On Fail and Stop', async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'error', code: 1002 } });
		let started = 0;
		const result = await run(
			{ prompt: '={{ $json.p }}', options: { ...FAST, maxRetries: 0 } },
			{
				items: json({ p: 'a' }, { p: 'b' }),
				settings: { ...RETRY, waitBetweenTries: 1 },
				whenRunning: (cancel) => {
					started = Date.now();
					setTimeout(cancel, 4000);
				},
			},
		);
		expect(Date.now() - started).toBeGreaterThan(3000);
		expect(result.run.status).toBe('canceled');
		const jobs = await accepted();
		expect(jobs).toHaveLength(2);
		for (const { uuid } of jobs) {
			expect(result.error?.description).toContain(uuid);
			expect(logOf(result)).toContain(uuid);
		}
	});
});

describe('what the API reports', () => {
	it.each([
		[{ status: 'expired' }, "status 'expired'", "waited for 'completed' or 'failed'"],
		[
			{ status: 'completed', videoUrl: null, message: 'Filtered by the safety system' },
			'Filtered by the safety system',
			'waited for a video URL',
		],
	])('%j is quoted at the timeout', async (data, quoted, waitedFor) => {
		await setup.sandbox.fault({ endpoint: 'status', times: 5, fault: { kind: 'patch', data } });
		const { error } = await run({ prompt: 'a', options: { ...FAST, timeout: 1 } });
		expect(error?.description).toContain(quoted);
		expect(error?.description).toContain(waitedFor);
		expect(error?.description).not.toMatch(/processing|Generation continues/);
	});

	it('an unknown ID is not called safe', async () => {
		const { error } = await run({ operation: 'getStatus', videoId: 'unknown' });
		expect(error?.description).not.toContain("isn't lost");
	});
});
