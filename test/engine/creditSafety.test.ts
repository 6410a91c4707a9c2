import { FAST, FILES, json, useEngine } from '../harness/setup';

const setup = useEngine({ jobSeconds: 0.3 });
const { run, calls } = setup;

const prompts = (...texts: string[]) => json(...texts.map((prompt) => ({ prompt })));
const generate = { prompt: '={{ $json.prompt }}', options: FAST };
/** n8n's Retry On Fail, without a delay between the attempts. */
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const submitCount = async () => (await calls('generate')).length;
const submittedPrompts = async () => (await setup.sandbox.state()).jobs.map(({ prompt }) => prompt);

describe('Retry On Fail', () => {
	it('never pays twice for a video if one of three items fails', async () => {
		// the second video fails permanently: each attempt submits it again, and only it
		const { error } = await run(generate, {
			items: prompts('a', 'b [fail]', 'c'),
			settings: RETRY,
		});
		expect(error?.message).toContain("couldn't be generated");
		expect((await submittedPrompts()).sort()).toEqual([
			'a',
			'b [fail]',
			'b [fail]',
			'b [fail]',
			'c',
		]);
	});

	it('reuses a video whose status checks failed', async () => {
		await setup.sandbox.fault({ endpoint: 'status', times: 2, fault: { kind: 'resetBefore' } });
		const parameters = { prompt: 'a', options: { ...FAST, maxRetries: 1 } };
		const { items, error } = await run(parameters, { settings: RETRY });
		expect(error).toBeUndefined();
		expect(items[0]?.json.status).toBe('completed');
		expect(await submitCount()).toBe(1);
	});

	it('uploads and submits only once if the download fails', async () => {
		const forbidden = { httpStatus: 403, contentType: 'text/plain', body: 'expired' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...forbidden } });
		const binary = await setup.engine.binary(FILES.jpeg);
		const parameters = { prompt: 'a', generationType: 'imageToVideo', downloadVideo: true };
		const { items } = await run(
			{ ...parameters, options: FAST },
			{ items: [{ json: {}, binary }], settings: RETRY },
		);
		expect(items[0]?.binary?.data?.mimeType).toBe('video/mp4');
		expect([await submitCount(), (await calls('upload')).length]).toEqual([1, 1]);
	});

	it('does not retry a submission in doubt', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'resetAfter' } });
		const { error } = await run({ prompt: 'a', options: FAST }, { settings: RETRY });
		expect(error?.message).toContain('may have been accepted');
		expect(error?.description).toContain('check the video list in your provider account');
		expect(await submitCount()).toBe(1);
	});

	it("retries a submission in doubt if 'Reuse on Retry' is disabled", async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'resetAfter' } });
		const options = { ...FAST, reuseOnRetry: false };
		const { error } = await run({ prompt: 'a', options }, { settings: RETRY });
		expect(error).toBeUndefined();
		expect(await submitCount()).toBe(2);
	});

	it('reuses the jobs if the node continues on fail and its first item fails', async () => {
		const settings = { ...RETRY, onError: 'continueRegularOutput' as const };
		const { items } = await run(generate, { items: prompts('a [fail]', 'b'), settings });
		expect(items.map(({ json: { status, error } }) => (error ? typeof error : status))).toEqual([
			'string',
			'completed',
		]);
		expect((await submittedPrompts()).filter((prompt) => prompt === 'b')).toHaveLength(1);
	});
});

describe('Retry execution', () => {
	it('reuses the jobs of the failed execution', async () => {
		await setup.sandbox.settings({ jobSeconds: 1.5 });
		const options = { ...FAST, timeout: 1 };
		const items = prompts('a', 'b');
		const first = await run({ ...generate, options }, { items });
		expect(first.error?.message).toContain("wasn't ready");
		// n8n saves the execution as JSON and reads it back for the retry
		const retryOf = JSON.parse(JSON.stringify(first.executionData));
		const second = await run(generate, { items, retryOf });
		expect(second.items.map(({ json: { status } }) => status)).toEqual(['completed', 'completed']);
		expect(await submitCount()).toBe(2);
	});

	it('reports the other videos of an execution that ended early', async () => {
		const items = prompts('a', 'b [fail]', 'c');
		const { error } = await run(generate, { items });
		const { jobs } = await setup.sandbox.state();
		const others = jobs.filter(({ prompt }) => prompt !== 'b [fail]');
		for (const { uuid } of others) expect(error?.description).toContain(uuid);
	});
});

describe('a new submission', () => {
	it('is sent for each of several equal prompts', async () => {
		const { items } = await run(generate, { items: prompts('same', 'same', 'same') });
		expect(new Set(items.map(({ json: { uuid } }) => uuid)).size).toBe(3);
		expect(await submitCount()).toBe(3);
	});

	it('is sent if the node runs again after it succeeded', async () => {
		const first = await run(generate, { items: prompts('a') });
		// with the same run index, since another one always causes a new submission
		delete first.executionData.resultData.runData['Veo 3.1'];
		await run(generate, { items: prompts('a'), retryOf: first.executionData });
		expect(await submitCount()).toBe(2);
	});
});

describe('canceling the execution', () => {
	// Newer versions of n8n abort the node's requests themselves. The chaos tests verify that the node
	// doesn't even attempt one.
	it('ends within a second, sends nothing more, and logs the IDs', async () => {
		// without estimates, a status check is due every few seconds
		await setup.sandbox.settings({ jobSeconds: 60, estimates: 'none' });
		let canceledAt = 0;
		const result = await run(
			{ ...generate, options: { ...FAST, maxConcurrency: 2 } },
			{
				items: prompts('a', 'b', 'c'),
				whenRunning: (cancel) => {
					setTimeout(() => {
						canceledAt = Date.now();
						cancel();
					}, 1500);
				},
			},
		);
		const endedAt = Date.now();
		expect(result.run.status).toBe('canceled');
		expect(endedAt - canceledAt).toBeLessThan(1000);

		await new Promise((resolve) => setTimeout(resolve, 2500));
		const requests = await setup.sandbox.journal();
		expect(requests.filter(({ at }) => at > endedAt)).toEqual([]);
		const uuids = (await setup.sandbox.state()).jobs.map(({ uuid }) => uuid);
		expect(uuids).toHaveLength(2);
		for (const uuid of uuids) expect(JSON.stringify(result.warnings)).toContain(uuid);
	});

	it('cancels it even if the node continues on fail', async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		const result = await run(generate, {
			items: prompts('a'),
			settings: { onError: 'continueRegularOutput' },
			whenRunning: (cancel) => void setTimeout(cancel, 500),
		});
		expect(result.run.status).toBe('canceled');
	});

	it('aborts a request that hangs', async () => {
		await setup.sandbox.fault({ endpoint: 'generate', fault: { kind: 'hang' } });
		let canceledAt = 0;
		const result = await run(generate, {
			items: prompts('a'),
			whenRunning: (cancel) => {
				setTimeout(() => {
					canceledAt = Date.now();
					cancel();
				}, 500);
			},
		});
		expect(Date.now() - canceledAt).toBeLessThan(1000);
		expect(result.run.status).toBe('canceled');
	});
});
