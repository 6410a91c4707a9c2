/** Every magic prompt of the sandbox, through the node in n8n's engine. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { INodeExecutionData } from 'n8n-workflow';
import { MAGIC_PROMPTS, type MagicWord } from '../../sandbox/magicPrompts';
import type { ExecutionResult } from '../harness/engine';
import { listen } from '../../scripts/lib/ports';
import { waitFor } from '../../scripts/lib/waitFor';
import { FILES, useEngine } from '../harness/setup';
import { TriggerNode, type WebhookResponse } from '../harness/trigger';

const setup = useEngine();
const { run, calls } = setup;

/** What a user gets for a magic prompt. */
interface Outcome {
	/** Message of the error. Without it, the node returns a completed video with its file. */
	error?: RegExp;
	/** Number of submissions, accepted or not. */
	submissions: number;
	/** Whether the provider charged the video. */
	isCharged: boolean;
	/** Fields of the item. Those of an error are in `details`. */
	item?: object;
	/** Why it has an execution of its own. */
	alone?: 'it slows down all items' | 'it is stopped';
}

const UUID = expect.stringMatching(/^[\da-f-]{36}$/);
const VIDEO: Outcome = { submissions: 1, isCharged: true };
const rejected = (error: RegExp, details: object): Outcome => ({
	...{ error, submissions: 1, isCharged: false },
	item: { details: { mayHaveBeenAccepted: false, ...details } },
});
/** The API may have accepted the video, so the node doesn't submit it again. */
const inDoubt = (error: RegExp, isCharged: boolean): Outcome => ({
	...{ error, submissions: 1, isCharged },
	item: { details: { mayHaveBeenAccepted: true } },
});
/** The error contains the ID of the video, which can be retrieved later. */
const retrievable = (error: RegExp): Outcome => ({
	...VIDEO,
	error,
	item: { details: { uuid: UUID } },
});
const TIMED_OUT = retrievable(/^Video .* wasn't ready after 4 seconds$/);
const SLOWS_DOWN = { alone: 'it slows down all items' } as const;

const OUTCOMES: Record<MagicWord, Outcome> = {
	'[1000]': rejected(/rejected the request as invalid/, { code: 1000 }),
	'[1001]': rejected(/^Not enough credits: 2 required, 0 available$/, { code: 1001 }),
	'[1002]': rejected(/API key was rejected/, { code: 1002 }),
	'[1003]': {
		...rejected(/rate limit was exceeded/, { code: 1003 }),
		submissions: 2,
		...SLOWS_DOWN,
	},
	'[1003 once]': { ...VIDEO, submissions: 2, ...SLOWS_DOWN },
	'[5000]': {
		...rejected(/couldn't process the request \(code 5000\)/, { code: 5000 }),
		submissions: 2,
	},
	'[5000 once]': { ...VIDEO, submissions: 2 },
	'[4711]': inDoubt(/unknown code \(4711\)/, false),
	'[http 403]': rejected(/API key was rejected/, { httpStatus: 403 }),
	'[http 404]': rejected(/doesn't point to a Veo API/, { httpStatus: 404 }),
	'[http 429]': {
		...rejected(/rate limit was exceeded/, { httpStatus: 429 }),
		submissions: 2,
		...SLOWS_DOWN,
	},
	'[http 502]': inDoubt(/isn't available right now \(HTTP 502\)/, false),
	'[http 503]': inDoubt(/isn't available right now \(HTTP 503\)/, false),
	'[http 504]': inDoubt(/isn't available right now \(HTTP 504\)/, false),
	'[redirect]': inDoubt(/redirected the request/, false),
	'[web page]': inDoubt(/returned an unexpected response/, false),
	'[malformed response]': inDoubt(/returned an unexpected response/, true),
	'[large response]': inDoubt(/returned an unexpected response/, true),
	'[lost request]': inDoubt(/closed before the Veo API responded/, false),
	'[lost response]': inDoubt(/closed before the Veo API responded/, true),
	'[no response]': { ...inDoubt(/^The execution was canceled$/, true), alone: 'it is stopped' },
	'[slow response]': VIDEO,

	'[instant]': { ...VIDEO, item: { polls: 1 } },
	'[slow]': VIDEO,
	'[pending]': TIMED_OUT,
	'[endless]': TIMED_OUT,
	'[unknown status]': VIDEO,
	'[fail]': retrievable(/couldn't be generated: the prompt contains \[fail\]$/),
	'[fail without reason]': retrievable(/couldn't be generated: the API returned no reason$/),
	'[content filter]': retrievable(/couldn't be generated: .* blocked by the content filter$/),
	'[no progress]': { ...VIDEO, item: { progress: null, estimatedTime: null } },
	'[frozen progress]': VIDEO,
	'[wrong progress]': VIDEO,
	'[text progress]': { ...VIDEO, item: { progress: 100, estimatedTime: 0 } },
	'[late url]': { ...VIDEO, item: { polls: 2 } },
	'[no url]': TIMED_OUT,

	'[status 1000]': retrievable(/rejected the video ID/),
	'[status 1002]': retrievable(/API key was rejected/),
	'[status 1003]': { ...TIMED_OUT, ...SLOWS_DOWN },
	'[status 1003 once]': { ...VIDEO, item: { polls: 2 }, ...SLOWS_DOWN },
	'[status 5000]': retrievable(/couldn't process the request \(code 5000\)/),
	'[status 5000 once]': { ...VIDEO, item: { polls: 2 } },
	'[status http 502]': retrievable(/isn't available right now \(HTTP 502\)/),
	'[status web page]': retrievable(/returned an unexpected response/),
	'[status lost]': retrievable(/closed before the Veo API responded/),
	'[status no response]': TIMED_OUT,

	'[expired url]': retrievable(/couldn't be downloaded \(HTTP 403\)$/),
	'[deleted file]': retrievable(/couldn't be downloaded \(HTTP 404\)$/),
	'[not a video]': retrievable(/^The host of video .* didn't return a video$/),
	'[broken download]': retrievable(/couldn't be downloaded$/),
	'[broken download once]': VIDEO,
	'[slow download]': VIDEO,

	'[no callback]': VIDEO,
	'[two callbacks]': VIDEO,
	'[early callback]': VIDEO,
};

const promptOf = (word: MagicWord) => `A lighthouse at dawn ${word}`;

/** Generates a video for each word in one execution, and downloads it. */
async function generate(words: MagicWord[], whenRunning?: (cancel: () => void) => void) {
	return await run(
		{
			prompt: '={{ $json.prompt }}',
			downloadVideo: true,
			options: { pollInterval: 1, timeout: 4, maxRetries: 1, maxConcurrency: words.length },
		},
		{
			items: words.map((word) => ({ json: { prompt: promptOf(word) } })),
			settings: { onError: 'continueRegularOutput' },
			whenRunning,
		},
	);
}

interface Observed {
	item: INodeExecutionData | undefined;
	submissions: number;
	isCharged: boolean;
}

async function observe(words: MagicWord[], { items }: ExecutionResult) {
	const submissions = await calls('generate');
	const entries = words.map((word, index): [MagicWord, Observed] => {
		const own = submissions.filter(({ body }) => JSON.stringify(body).includes(word));
		const isCharged = own.some(({ acceptedUuid }) => acceptedUuid !== undefined);
		return [word, { item: items[index], submissions: own.length, isCharged }];
	});
	return new Map(entries);
}

function expectOutcome(word: MagicWord, { item, submissions, isCharged }: Observed): void {
	const expected = OUTCOMES[word];
	expect(submissions).toBe(expected.submissions);
	expect(isCharged).toBe(expected.isCharged);
	expect(item?.json).toMatchObject(expected.item ?? {});
	if (expected.error) {
		expect(item?.json.error).toMatch(expected.error);
		expect(item?.binary).toBeUndefined();
	} else {
		expect(item?.json).toMatchObject({ status: 'completed', uuid: UUID });
		expect(item?.binary?.data?.mimeType).toBe('video/mp4');
	}
}

const WORDS = MAGIC_PROMPTS.map(({ word }) => word);
const together = WORDS.filter((word) => OUTCOMES[word].alone === undefined);
const slowing = WORDS.filter((word) => OUTCOMES[word].alone === SLOWS_DOWN.alone);
const stopped = WORDS.filter((word) => OUTCOMES[word].alone === 'it is stopped');

describe('the prompts of one execution', () => {
	let all: Promise<Map<MagicWord, Observed>> | undefined;
	const execution = async () =>
		await (all ??= generate(together).then(async (result) => await observe(together, result)));

	it.each(together)('%s', async (word) => {
		const observed = (await execution()).get(word);
		expect(observed).toBeDefined();
		if (observed) expectOutcome(word, observed);
	});
});

describe('a prompt that slows down all items', () => {
	it.each(slowing)('%s', async (word) => {
		const observed = (await observe([word], await generate([word]))).get(word);
		expect(observed).toBeDefined();
		if (observed) expectOutcome(word, observed);
	});
});

it.each(stopped)('%s: Stop ends the wait, and the request is in doubt', async (word) => {
	const result = await generate([word], (cancel) => {
		const stopAfterSubmission = async () => {
			while ((await calls('generate')).length === 0);
			cancel();
		};
		void stopAfterSubmission();
	});
	const observed = (await observe([word], result)).get(word);
	expect(result.run.status).toBe('canceled');
	expect(result.error?.message).toMatch(OUTCOMES[word].error ?? '');
	expect(observed).toMatchObject({ submissions: 1, isCharged: true });
});

describe('an upload whose file name contains a magic prompt', () => {
	it.each([
		['[1000]', /rejected the request as invalid/],
		['[1001]', /Not enough credits/],
		['[1002]', /API key was rejected/],
		['[1003]', /rate limit was exceeded/],
		['[5000]', /couldn't process the request/],
		['[4711]', /unknown code \(4711\)/],
	])('%s', async (word, error) => {
		const binary = await setup.engine.binary(FILES.jpeg, { fileName: `lighthouse ${word}.jpg` });
		const upload = { resource: 'image', operation: 'upload', options: { maxRetries: 0 } };
		const result = await run(upload, { items: [{ json: {}, binary }] });
		expect(result.error?.message).toMatch(error);
	});
});

describe('the trigger, for a video whose callback it receives', () => {
	let receiver: Server;
	let callbackUrl: string;
	let node: TriggerNode;
	let responses: WebhookResponse[];
	beforeAll(async () => {
		receiver = createServer((request, response) => {
			void json(request)
				.then(async (body) => await node.call({ body }))
				.then((result) => {
					responses.push(result);
					response.writeHead(result.status).end();
				});
		});
		callbackUrl = await listen(receiver);
	});
	beforeEach(() => {
		const { key: apiKey, baseUrl } = setup.sandbox;
		node = new TriggerNode(setup.engine, { apiKey, baseUrl });
		responses = [];
	});
	afterAll(async () => {
		receiver.close();
		await once(receiver, 'close');
	});

	const submit = async (prompt: string) => {
		const options = { additionalFields: JSON.stringify({ callbackUrl }) };
		await run({ prompt, waitForCompletion: false, options });
	};
	/** Waits until the sandbox has the responses to its callbacks. */
	const delivered = async (count: number) =>
		await waitFor(
			async () => (await setup.sandbox.state()).callbacks,
			({ length }) => length === count,
		);

	it('[no callback] starts no workflow', async () => {
		await submit(promptOf('[no callback]'));
		await submit('A cat');
		const callbacks = await delivered(1);
		const { jobs } = await setup.sandbox.state();
		expect(callbacks.map(({ uuid }) => uuid)).toEqual([jobs[1]?.uuid]);
	});

	it('[two callbacks] starts the workflow once', async () => {
		await submit(promptOf('[two callbacks]'));
		await delivered(2);
		expect(responses.map(({ status, items }) => [status, items?.length ?? 0])).toEqual([
			[200, 1],
			[200, 0],
		]);
	});

	it('[early callback] is ignored, since the video is not completed', async () => {
		await setup.sandbox.settings({ jobSeconds: 60 });
		await submit(promptOf('[early callback]'));
		await setup.sandbox.advanceClock(31);
		await delivered(1);
		expect(responses).toMatchObject([{ status: 202, items: undefined }]);
	});
});
