import type { INode } from 'n8n-workflow';
import type { Fault, JournalEntry } from '../../sandbox/client';
import { FAST, FILES, useEngine } from '../harness/setup';
import type { ExecutionResult } from '../harness/engine';

const setup = useEngine();
const { run, calls } = setup;

type Case = {
	endpoint: JournalEntry['endpoint'];
	parameters: INode['parameters'];
	/** The fields of the request that a failed item contains. */
	known: object;
};

/** No retries, so that a persistent fault is reported immediately. */
const options = { ...FAST, maxRetries: 0 };
const OPERATIONS: Record<string, Case> = {
	generate: {
		endpoint: 'generate',
		parameters: { prompt: 'a', waitForCompletion: false, options },
		known: { prompt: 'a', generationType: 'text_to_video', aspectRatio: 'auto' },
	},
	getStatus: {
		endpoint: 'status',
		parameters: { operation: 'getStatus', videoId: 'v-1', options },
		known: { uuid: 'v-1' },
	},
	download: {
		endpoint: 'status',
		parameters: { operation: 'download', videoId: 'v-1', options },
		known: { uuid: 'v-1' },
	},
	upload: {
		endpoint: 'upload',
		parameters: { resource: 'image', operation: 'upload', options },
		known: {},
	},
};

/** Runs an operation with a persistent fault. */
async function runWithFault(
	operation: string,
	fault: Fault,
	settings = {},
): Promise<ExecutionResult> {
	const { endpoint, parameters } = OPERATIONS[operation] ?? {};
	if (!endpoint || !parameters) throw new Error(`Unknown operation: ${operation}`);
	await setup.sandbox.fault({ endpoint, times: 100, fault });
	const binary = await setup.engine.binary(FILES.jpeg);
	return await run(parameters, { items: [{ json: {}, binary }], settings });
}

/** All text of an error that a user, a log or the next node can contain. */
const allText = ({ error, items, run: execution, warnings }: ExecutionResult) =>
	JSON.stringify({ error, items, data: execution.data.resultData, warnings }) +
	`${error?.stack ?? ''}${error?.message ?? ''}${error?.description ?? ''}`;

const CODES: Array<[number, string]> = [
	[1000, 'rejected the request as invalid|rejected the video ID'],
	[1001, 'Not enough credits: 2 required, 1 available'],
	[1002, 'The API key was rejected by the Veo API'],
	[1003, 'The Veo API rate limit was exceeded'],
	[5000, "couldn't process the request \\(code 5000\\)"],
	[4711, 'returned an unknown code \\(4711\\)'],
];

describe.each(Object.keys(OPERATIONS))('%s', (operation) => {
	describe.each(['http', 'ok'] as const)('in the error style %s', (errorStyle) => {
		it.each(CODES)('code %i has its own message', async (code, message) => {
			await setup.sandbox.settings({ errorStyle });
			const data = code === 1001 ? { required: 2, current: 1 } : undefined;
			const result = await runWithFault(operation, {
				...{ kind: 'error', code, msg: `rejected: key ${setup.sandbox.key}` },
				...(data && { data }),
			});
			expect(result.error).toMatchObject({
				name: 'NodeApiError',
				message: expect.stringMatching(message),
				context: { itemIndex: 0, code },
			});
			expect(result.error?.description).toMatch(/\w/);
			expect(allText(result)).not.toContain(setup.sandbox.key);
		});
	});

	it.each<[string, Fault, string]>([
		[
			'a gateway error page',
			{ kind: 'gateway', httpStatus: 502 },
			"isn't available right now \\(HTTP 502\\)",
		],
		[
			'an empty 503',
			{ kind: 'gateway', httpStatus: 503, body: '' },
			"isn't available right now \\(HTTP 503\\)",
		],
		['a gateway timeout', { kind: 'gateway', httpStatus: 504 }, '\\(HTTP 504\\)'],
		['a rate limit of a gateway', { kind: 'gateway', httpStatus: 429 }, 'rate limit was exceeded'],
		[
			'a URL that does not exist',
			{ kind: 'gateway', httpStatus: 404 },
			"'Base URL' in the credential doesn't point to a Veo API \\(HTTP 404\\)",
		],
		['a proxy that denies access', { kind: 'gateway', httpStatus: 403 }, 'API key was rejected'],
		[
			'a redirect',
			{ kind: 'redirect', location: 'https://example.com/login' },
			'The Veo API redirected the request',
		],
		[
			'a web page',
			{ kind: 'raw', httpStatus: 200, contentType: 'text/html', body: '<h1>Hi</h1>' },
			'returned an unexpected response',
		],
		['invalid JSON', { kind: 'malformed' }, 'returned an unexpected response'],
		[
			'JSON without an envelope',
			{ kind: 'raw', httpStatus: 200, contentType: 'application/json', body: '[1]' },
			'returned an unexpected response',
		],
		[
			'an envelope without data',
			{
				kind: 'raw',
				httpStatus: 200,
				contentType: 'application/json',
				body: '{"code":0,"msg":"ok"}',
			},
			'returned an unexpected response',
		],
		['an incomplete response', { kind: 'cut' }, 'was closed before the Veo API responded'],
		['a connection reset', { kind: 'resetBefore' }, 'was closed before the Veo API responded'],
	])('%s has its own message', async (_, fault, message) => {
		const { error } = await runWithFault(operation, fault);
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.stringMatching(message) });
		expect(error?.description).toMatch(/\w/);
	});

	it.each([
		['a refused connection', 'http://127.0.0.1:9/api', 'connection refused'],
		['a host that does not exist', 'http://veo.invalid/api', 'host not found'],
		['a server without TLS', '', "Couldn't establish a secure connection"],
	])('%s has its own message', async (_, url, message) => {
		const { parameters } = OPERATIONS[operation] ?? {};
		const binary = await setup.engine.binary(FILES.jpeg);
		const baseUrl = url || setup.sandbox.baseUrl.replace('http:', 'https:');
		const credential = { apiKey: setup.sandbox.key, baseUrl };
		const { error } = await run(parameters ?? {}, { items: [{ json: {}, binary }], credential });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining(message),
		});
	});

	it('with Continue On Fail, the item contains the error, the request and the details', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { items, error } = await runWithFault(operation, { kind: 'error', code: 1000 }, settings);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				json: {
					error: expect.any(String),
					...OPERATIONS[operation]?.known,
					details: expect.objectContaining({ code: 1000, description: expect.any(String) }),
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('with an error output, the item is routed to it', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await runWithFault(operation, { kind: 'error', code: 1000 }, settings);
		expect(outputs.map((items) => items.length)).toEqual([0, 1]);
		expect(Object.keys(outputs[1]?.[0]?.json ?? {})).toEqual(['error', 'details']);
	});
});

describe('the cause in terms of n8n', () => {
	const fault: Fault = { kind: 'error', code: 1003, retryAfter: '7' };
	const failure = { cause: 'rate-limited', retryAfterMs: 7_000 };

	it('is part of the error that n8n stores and gives to an error workflow', async () => {
		const { run: execution } = await runWithFault('generate', fault);
		const stored: unknown = JSON.parse(JSON.stringify(execution.data.resultData.error));
		// older versions of n8n have no such declaration
		const isSupported = setup.engine.n8n.workflow.TIMED_CAUSES !== undefined;
		expect(stored).toMatchObject({ ...(isSupported && { failure }), context: { failure } });
	});

	it('is part of the item in the error output', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await runWithFault('getStatus', fault, settings);
		expect(outputs[1]?.[0]?.json.details).toMatchObject({ failure });
	});
});

describe('a submitted video', () => {
	it('is identified in every error about it', async () => {
		await setup.sandbox.fault({ endpoint: 'status', times: 100, fault: { kind: 'resetBefore' } });
		const { error } = await run({ prompt: 'a', options: { ...FAST, maxRetries: 1 } });
		const uuid = (await setup.sandbox.state()).jobs[0]?.uuid;
		expect(error?.message).toContain(uuid);
		expect(error).toMatchObject({ context: { uuid } });
		expect(await calls('status')).toHaveLength(2);
	});

	it.each<[string, Fault]>([
		['503', { kind: 'gateway', httpStatus: 503 }],
		['429', { kind: 'gateway', httpStatus: 429 }],
		['1002', { kind: 'error', code: 1002 }],
		['5000', { kind: 'error', code: 5000 }],
		['invalid JSON', { kind: 'malformed' }],
		['a connection reset', { kind: 'resetBefore' }],
	])('is completed despite three consecutive status checks that fail with %s', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'status', times: 3, fault });
		const { items, error } = await run({ prompt: 'a', options: FAST });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'completed', polls: 4 });
	});
});

describe('a submission in doubt', () => {
	it.each<[string, Fault]>([
		['a connection reset', { kind: 'resetAfter' }],
		['a gateway timeout', { kind: 'gateway', httpStatus: 504 }],
		['invalid JSON', { kind: 'malformed', accept: true }],
		['a response without an ID', { kind: 'patch', data: {}, remove: ['uuid'] }],
	])('is not retried after %s, and the error explains why', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'generate', fault });
		const { error } = await run({ prompt: 'a', options: FAST });
		expect(await calls('generate')).toHaveLength(1);
		expect(error?.description).toContain('may still have been accepted and charged');
		expect(error).toMatchObject({ context: { mayHaveBeenAccepted: true } });
	});
});

describe('a rejected submission', () => {
	it.each<[string, Fault]>([
		['1003', { kind: 'error', code: 1003, retryAfter: '0' }],
		['5000', { kind: 'error', code: 5000 }],
		['429', { kind: 'gateway', httpStatus: 429, retryAfter: '0' }],
	])('is retried after %s', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'generate', times: 2, fault });
		const { error } = await run({ prompt: 'a', waitForCompletion: false });
		expect(error).toBeUndefined();
		expect(await calls('generate')).toHaveLength(3);
		expect((await setup.sandbox.state()).jobs).toHaveLength(1);
	});
});
