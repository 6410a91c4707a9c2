import type { INode } from 'n8n-workflow';
import type { Fault, JournalEntry } from '../../sandbox/client';
import { FAST, FILES, useEngine } from '../harness/setup';
import type { ExecutionResult } from '../harness/engine';

const setup = useEngine();
const { run, calls } = setup;

type Case = { endpoint: JournalEntry['endpoint']; parameters: INode['parameters'] };

/** One retry at most, so that a persistent fault shows within two seconds. */
const options = { ...FAST, maxRetries: 0 };
const OPERATIONS: Record<string, Case> = {
	generate: {
		endpoint: 'generate',
		parameters: { prompt: 'a', waitForCompletion: false, options },
	},
	getStatus: {
		endpoint: 'status',
		parameters: { operation: 'getStatus', videoId: 'v-1', options },
	},
	download: { endpoint: 'status', parameters: { operation: 'download', videoId: 'v-1', options } },
	upload: { endpoint: 'upload', parameters: { resource: 'image', operation: 'upload', options } },
};

/** Runs an operation into a fault that lasts. */
async function runInto(operation: string, fault: Fault, settings = {}): Promise<ExecutionResult> {
	const { endpoint, parameters } = OPERATIONS[operation] ?? {};
	if (!endpoint || !parameters) throw new Error(`No operation ${operation}`);
	await setup.sandbox.fault({ endpoint, times: 100, fault });
	const binary = await setup.engine.binary(FILES.jpeg);
	return await run(parameters, { items: [{ json: {}, binary }], settings });
}

/** Everything that a user, a log or a next node may see of an error. */
const allText = ({ error, items, run: execution, warnings }: ExecutionResult) =>
	JSON.stringify({ error, items, data: execution.data.resultData, warnings }) +
	`${error?.stack ?? ''}${error?.message ?? ''}${error?.description ?? ''}`;

const CODES: Array<[number, string]> = [
	[1000, 'refused the request as invalid|does not accept this video ID'],
	[1001, 'Not enough credits: the video needs 2, the account has 1'],
	[1002, 'The Veo API refused the API key'],
	[1003, 'refused the request because too many were sent'],
	[5000, 'could not carry out the request \\(code 5000\\)'],
	[4711, 'answered with the unknown code 4711'],
];

describe.each(Object.keys(OPERATIONS))('%s', (operation) => {
	describe.each(['http', 'ok'] as const)('answers in the style %s', (errorStyle) => {
		it.each(CODES)('code %i has its own clear message', async (code, message) => {
			await setup.sandbox.settings({ errorStyle });
			const data = code === 1001 ? { required: 2, current: 1 } : undefined;
			const result = await runInto(operation, {
				...{ kind: 'error', code, msg: `no: key ${setup.sandbox.key}` },
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
			'a gateway page',
			{ kind: 'gateway', httpStatus: 502 },
			'is not available right now \\(HTTP 502\\)',
		],
		[
			'an empty 503',
			{ kind: 'gateway', httpStatus: 503, body: '' },
			'is not available right now \\(HTTP 503\\)',
		],
		['a gateway that waited in vain', { kind: 'gateway', httpStatus: 504 }, '\\(HTTP 504\\)'],
		['a gateway that limits', { kind: 'gateway', httpStatus: 429 }, 'too many were sent'],
		[
			'a page that is not there',
			{ kind: 'gateway', httpStatus: 404 },
			'base URL does not lead to a Veo API \\(HTTP 404\\)',
		],
		['a guard in front', { kind: 'gateway', httpStatus: 403 }, 'refused the API key'],
		[
			'a redirect',
			{ kind: 'redirect', location: 'https://example.com/login' },
			'on to another address',
		],
		[
			'a web page',
			{ kind: 'raw', httpStatus: 200, contentType: 'text/html', body: '<h1>Hi</h1>' },
			'could not be understood',
		],
		['broken JSON', { kind: 'malformed' }, 'could not be understood'],
		[
			'JSON that is no envelope',
			{ kind: 'raw', httpStatus: 200, contentType: 'application/json', body: '[1]' },
			'could not be understood',
		],
		[
			'an envelope without data',
			{
				kind: 'raw',
				httpStatus: 200,
				contentType: 'application/json',
				body: '{"code":0,"msg":"ok"}',
			},
			'could not be understood',
		],
		['a cut answer', { kind: 'cut' }, 'was lost before it answered'],
		['a reset', { kind: 'resetBefore' }, 'was lost before it answered'],
	])('%s has its own clear message', async (_, fault, message) => {
		const { error } = await runInto(operation, fault);
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.stringMatching(message) });
		expect(error?.description).toMatch(/\w/);
	});

	it.each([
		['a connection that is refused', 'http://127.0.0.1:9/api', 'connection was refused'],
		['a host that does not exist', 'http://veo.invalid/api', 'host name was not found'],
		['a server without TLS', '', 'No secure connection'],
	])('%s has its own clear message', async (_, url, message) => {
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

	it('with Continue On Fail is in the item, with its details', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const { items, error } = await runInto(operation, { kind: 'error', code: 1000 }, settings);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				json: {
					error: expect.any(String),
					details: expect.objectContaining({ code: 1000, description: expect.any(String) }),
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('goes to the error output if there is one', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await runInto(operation, { kind: 'error', code: 1000 }, settings);
		expect(outputs.map((items) => items.length)).toEqual([0, 1]);
		expect(Object.keys(outputs[1]?.[0]?.json ?? {})).toEqual(['error', 'details']);
	});
});

describe('a video that was ordered', () => {
	it('is named by every error about it', async () => {
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
		['broken JSON', { kind: 'malformed' }],
		['a reset', { kind: 'resetBefore' }],
	])('survives three times %s on a look in a row', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'status', times: 3, fault });
		const { items, error } = await run({ prompt: 'a', options: FAST });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'completed', polls: 4 });
	});
});

describe('an order in doubt', () => {
	it.each<[string, Fault]>([
		['a lost connection', { kind: 'resetAfter' }],
		['a gateway page', { kind: 'gateway', httpStatus: 504 }],
		['broken JSON', { kind: 'malformed', accept: true }],
		['an answer without an id', { kind: 'patch', data: {}, remove: ['uuid'] }],
	])('is not repeated after %s, and the error says so', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'generate', fault });
		const { error } = await run({ prompt: 'a', options: FAST });
		expect(await calls('generate')).toHaveLength(1);
		expect(error?.description).toContain('may have been accepted and paid for');
		expect(error).toMatchObject({ context: { mayHaveBeenAccepted: true } });
	});

	it.each<[string, Fault]>([
		['1003', { kind: 'error', code: 1003, retryAfter: '0' }],
		['5000', { kind: 'error', code: 5000 }],
		['429', { kind: 'gateway', httpStatus: 429, retryAfter: '0' }],
	])('is none after %s: then it is sent again', async (_, fault) => {
		await setup.sandbox.fault({ endpoint: 'generate', times: 2, fault });
		const { error } = await run({ prompt: 'a', waitForCompletion: false });
		expect(error).toBeUndefined();
		expect(await calls('generate')).toHaveLength(3);
		expect((await setup.sandbox.state()).jobs).toHaveLength(1);
	});
});
