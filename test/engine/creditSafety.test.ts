import { FAST, FILES, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 1.5 });
const { run, calls } = setup;

const prompts = (...texts: string[]) => json(...texts.map((prompt) => ({ prompt })));
const generate = { prompt: '={{ $json.prompt }}', options: FAST };
/** n8n's Retry On Fail, without a pause between the tries. */
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

const submits = async () => (await calls('generate')).length;
const orderedPrompts = async () => (await setup.sandbox.state()).jobs.map(({ prompt }) => prompt);

describe('Retry On Fail', () => {
	it('pays for no video twice when one of three items fails', async () => {
		// the second video fails for good: each try orders that one anew, and only that one
		const { error } = await run(generate, {
			items: prompts('a', 'b [fail]', 'c'),
			settings: RETRY,
		});
		expect(error?.message).toContain('could not be made');
		expect((await orderedPrompts()).sort()).toEqual(['a', 'b [fail]', 'b [fail]', 'b [fail]', 'c']);
	});

	it('goes on with the video whose status could not be read', async () => {
		await setup.sandbox.fault({ endpoint: 'status', times: 2, fault: { kind: 'resetBefore' } });
		const parameters = { prompt: 'a', options: { ...FAST, maxRetries: 1 } };
		const { items, error } = await run(parameters, { settings: RETRY });
		expect(error).toBeUndefined();
		expect(items[0]?.json.status).toBe('completed');
		expect(await submits()).toBe(1);
	});

	it('uploads and orders only once when the download fails', async () => {
		const gone = { httpStatus: 403, contentType: 'text/plain', body: 'gone' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...gone } });
		const binary = await setup.engine.binary(FILES.jpeg);
		const parameters = { prompt: 'a', generationType: 'imageToVideo', downloadVideo: true };
		const { items } = await run(
			{ ...parameters, options: FAST },
			{ items: [{ json: {}, binary }], settings: RETRY },
		);
		expect(items[0]?.binary?.data?.mimeType).toBe('video/mp4');
		expect([await submits(), (await calls('upload')).length]).toEqual([1, 1]);
	});

	it('does not repeat an order that is in doubt', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'resetAfter' } });
		const { error } = await run({ prompt: 'a', options: FAST }, { settings: RETRY });
		expect(error?.description).toContain('may have been accepted and paid for');
		expect(await submits()).toBe(1);
	});

	it('repeats it if the user turned the memory off', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'resetAfter' } });
		const options = { ...FAST, reuseOnRetry: false };
		const { error } = await run({ prompt: 'a', options }, { settings: RETRY });
		expect(error).toBeUndefined();
		expect(await submits()).toBe(2);
	});

	it('picks the jobs up also when the node continues on fail and its first item fails', async () => {
		const settings = { ...RETRY, onError: 'continueRegularOutput' as const };
		const { items } = await run(generate, { items: prompts('a [fail]', 'b'), settings });
		expect(items.map(({ json: { status, error } }) => status ?? typeof error)).toEqual([
			'string',
			'completed',
		]);
		expect((await orderedPrompts()).filter((prompt) => prompt === 'b')).toHaveLength(1);
	});
});

describe('Retry execution', () => {
	it('picks up the jobs of the failed execution', async () => {
		const options = { ...FAST, timeout: 1 };
		const items = prompts('a', 'b');
		const first = await run({ ...generate, options }, { items });
		expect(first.error?.message).toContain('was not ready');
		// what n8n saves of an execution, and reads back when it is retried
		const retryOf = JSON.parse(JSON.stringify(first.executionData));
		const second = await run(generate, { items, retryOf });
		expect(second.items.map(({ json: { status } }) => status)).toEqual(['completed', 'completed']);
		expect(await submits()).toBe(2);
	});

	it('names the other videos of a run that ended early', async () => {
		const items = prompts('a', 'b [fail]', 'c');
		const { error } = await run(generate, { items });
		const { jobs } = await setup.sandbox.state();
		const others = jobs.filter(({ prompt }) => prompt !== 'b [fail]');
		for (const { uuid } of others) expect(error?.description).toContain(uuid);
	});
});

describe('what is a new order', () => {
	it('equal prompts are separate videos', async () => {
		const { items } = await run(generate, { items: prompts('same', 'same', 'same') });
		expect(new Set(items.map(({ json: { uuid } }) => uuid)).size).toBe(3);
		expect(await submits()).toBe(3);
	});

	it('a node that ended well orders anew when it runs again', async () => {
		const first = await run(generate, { items: prompts('a') });
		// as its first run, since a later one is another order in any case
		delete first.executionData.resultData.runData['Veo 3.1'];
		await run(generate, { items: prompts('a'), retryOf: first.executionData });
		expect(await submits()).toBe(2);
	});
});

describe('Stop', () => {
	// newer n8n cut the node's requests by themselves; that none is tried is for the chaos suite
	it('ends within a second, sends nothing more, and leaves the ids in the log', async () => {
		// without estimates a look is due every few seconds
		await setup.sandbox.settings({ jobSeconds: 60, estimates: 'none' });
		let stoppedAt = 0;
		const result = await run(
			{ ...generate, options: { ...FAST, maxConcurrency: 2 } },
			{
				items: prompts('a', 'b', 'c'),
				whenRunning: (cancel) => {
					setTimeout(() => {
						stoppedAt = Date.now();
						cancel();
					}, 1500);
				},
			},
		);
		const endedAt = Date.now();
		expect(result.run.status).toBe('canceled');
		expect(endedAt - stoppedAt).toBeLessThan(1000);

		await new Promise((resolve) => setTimeout(resolve, 2500));
		const requests = await setup.sandbox.journal();
		expect(requests.filter(({ at }) => at > endedAt)).toEqual([]);
		const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
		expect(uuids).toHaveLength(2);
		for (const uuid of uuids) expect(JSON.stringify(result.warnings)).toContain(uuid);
	});

	it('also when the node continues on fail', async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		const result = await run(generate, {
			items: prompts('a'),
			settings: { onError: 'continueRegularOutput' },
			whenRunning: (cancel) => void setTimeout(cancel, 500),
		});
		expect(result.run.status).toBe('canceled');
	});

	it('cuts a request that hangs', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'hang' } });
		let stoppedAt = 0;
		const result = await run(generate, {
			items: prompts('a'),
			whenRunning: (cancel) => {
				setTimeout(() => {
					stoppedAt = Date.now();
					cancel();
				}, 500);
			},
		});
		expect(Date.now() - stoppedAt).toBeLessThan(1000);
		expect(result.run.status).toBe('canceled');
	});
});
