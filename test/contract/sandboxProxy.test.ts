/** The proxy that checks a Veo API against the contract. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CountedDifference, type Proxy, startProxy } from '../../sandbox/client';
import { parseProxyOptions } from '../../sandbox/proxy/options';
import { listen } from '../../scripts/lib/ports';
import { apiClient, useSandbox } from '../harness/sandbox';
import { type Envelope, GENERATE, statusPath, submit, textToVideo, UPLOAD } from './support/api';
import { imageForm, IMAGES } from './support/images';

const folder = mkdtempSync(join(tmpdir(), 'veo-proxy-'));
const record = join(folder, 'differences.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a proxy in front of an API, for the tests of a block. */
function useProxy(target: () => string, key: () => string) {
	let proxy: Proxy;
	beforeAll(async () => (proxy = await startProxy({ target: target(), record, quiet: true })));
	beforeEach(async () => await proxy.clearDifferences());
	afterAll(async () => await proxy.close());
	return {
		get proxy() {
			return proxy;
		},
		get api() {
			return apiClient(proxy.baseUrl, key());
		},
		differences: async () => (await proxy.differences()).differences.map(brief),
	};
}

const brief = ({ endpoint, part, problem, received }: CountedDifference) =>
	`${endpoint} ${part}: ${problem} (${received})`;

describe('in front of an API that follows the contract', () => {
	const setup = useSandbox();
	const through = useProxy(
		() => setup.sandbox.baseUrl,
		() => setup.sandbox.key,
	);

	test('it changes nothing and finds no differences', async () => {
		const { api } = through;
		const uuid = await submit(api);
		await setup.sandbox.freezeClock();
		const running = await api.get<Envelope>(statusPath(uuid));
		expect(running.data).toEqual((await setup.api.get<Envelope>(statusPath(uuid))).data);
		await setup.sandbox.advanceClock(1000);
		expect((await api.get<Envelope>(statusPath(uuid))).data.data.status).toBe('completed');
		const upload = await api.post<Envelope>(UPLOAD, imageForm(IMAGES['image/png'], 'a.png'));
		const { imageUrl } = upload.data.data;
		await submit(api, { generationType: 'image_to_video', imageUrl, aspectRatio: '9:16', seed: 1 });
		await submit(api, { prompt: '[fail] [instant]' });
		for (const prompt of ['[1000]', '[1001]', '[1002]', '[1003]', '[5000]']) {
			const response = await api.post<Envelope>(GENERATE, textToVideo({ prompt }));
			expect(response.data.code).toBe(Number(prompt.slice(1, -1)));
		}
		expect(await through.proxy.differences()).toEqual({ requests: 11, differences: [] });
		const [entry] = await setup.sandbox.journal({ endpoint: 'upload' });
		expect(entry?.upload).toMatchObject({ fileName: 'a.png', bytes: IMAGES['image/png'].length });
	});

	test('it reports requests that violate the contract', async () => {
		const { api, proxy } = through;
		await api.post(GENERATE, { generationType: 'text_to_film', aspectRatio: '1:1' });
		await api.post(GENERATE, { ...textToVideo(), generationType: 'image_to_video' });
		const form = new FormData();
		form.append('image', new Blob([new Uint8Array(IMAGES['image/png'])]), 'private name.png');
		await api.post(UPLOAD, form);
		await apiClient(proxy.baseUrl, null).get(statusPath('abc'));
		await api.get('/credits?user=7');
		expect(await through.differences()).toEqual([
			'generate request: prompt is missing (an object with generationType, aspectRatio)',
			'generate request: generationType must be one of text_to_video, image_to_video ("text_to_film")',
			'generate request: aspectRatio must be one of auto, 16:9, 9:16 ("1:1")',
			'generate request: imageUrl is missing (an object with generationType, prompt)',
			'upload request: file is missing (an object with image)',
			'upload request: the body has an unknown field: image ("(file)")',
			'status request: the Authorization header must be a bearer token (no bearer token)',
			'null request: the contract has no endpoint GET /api/credits (GET /api/credits)',
		]);
	});
});

describe('in front of an API that deviates', () => {
	let server: Server;
	let target: string;
	let received: Array<Pick<IncomingMessage, 'method' | 'url' | 'headers'>>;
	let respond: (response: ServerResponse, request: IncomingMessage) => void;
	beforeAll(async () => {
		server = createServer((request, response) => {
			const { method, url, headers } = request;
			received.push({ method, url, headers });
			request.resume().on('end', () => respond(response, request));
		});
		target = `${await listen(server)}/v2/api/`;
	});
	const through = useProxy(
		() => target,
		() => 'secret-key',
	);
	beforeEach(() => (received = []));
	afterAll(async () => {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	});

	const respondWith = (body: unknown, status = 200, type = 'application/json') => {
		respond = (response) => {
			response.writeHead(status, { 'content-type': type });
			response.end(typeof body === 'string' ? body : JSON.stringify(body));
		};
	};

	const JOB = {
		...textToVideo(),
		uuid: 'a',
		status: 'pending',
		aspectRatio: 'auto',
		createdAt: '2026-01-01T00:00:00Z',
	};
	const STATUS = { uuid: 'a', status: 'processing', progress: 50, estimatedTime: 10 };

	test.each<[string, object, string[]]>([
		['a number as text', { progress: '50' }, ['data.progress must be integer ("50")']],
		[
			'a field less',
			{ estimatedTime: undefined },
			['estimatedTime is missing (an object with uuid, status, progress)'],
		],
		['a field more', { cost: 2 }, ['data has an unknown field: cost (2)']],
		[
			'another status',
			{ status: 'succeeded' },
			['data.status must be one of pending, processing, completed, failed ("succeeded")'],
		],
		['another video', { uuid: 'b' }, ['data.uuid must be that of the request (another uuid)']],
		[
			'no URL at the end',
			{ status: 'completed' },
			['a completed video must have data.videoUrl (no URL)'],
		],
		[
			'a URL too early',
			{ videoUrl: 'https://v.test/a' },
			['only a completed video has data.videoUrl (processing)'],
		],
	])('it reports a status with %s', async (_, change, expected) => {
		respondWith({ code: 0, msg: 'ok', data: { ...STATUS, ...change } });
		await through.api.get(statusPath('a'));
		expect(await through.differences()).toEqual(expected.map((text) => `status response: ${text}`));
	});

	test.each<[string, unknown, number, string[]]>([
		[
			'other values',
			{ code: 0, msg: 'ok', data: { ...JOB, prompt: 'Another' } },
			200,
			['data.prompt must be that of the request (another value)'],
		],
		[
			'an unknown code',
			{ code: 4711, msg: 'no', data: {} },
			400,
			['code must be one of 1000, 1001, 1002, 1003, 5000 (4711)'],
		],
		['no data', { code: 1000, msg: 'no' }, 200, ['data is missing (an object with code, msg)']],
		[
			'an error status for a success',
			{ code: 0, msg: 'ok', data: JOB },
			500,
			['code 0 must have a 2xx status (HTTP 500)'],
		],
		[
			'a web page',
			'<html>Bad gateway</html>',
			502,
			['the body must be JSON with a numeric code (24 characters)'],
		],
		[
			'a code as text',
			{ code: '0', msg: 'ok', data: JOB },
			200,
			['the body must be JSON with a numeric code (183 characters)'],
		],
	])('it reports a submission that returns %s', async (_, body, httpStatus, expected) => {
		respondWith(body, httpStatus);
		const response = await through.api.post(GENERATE, textToVideo());
		expect([response.status, response.data]).toEqual([httpStatus, body]);
		const { differences } = await through.proxy.differences();
		expect(differences.map(brief)).toEqual(expected.map((text) => `generate response: ${text}`));
		expect(differences[0]?.httpStatus).toBe(httpStatus);
	});

	test('it prints and records each difference once, without prompts, URLs and keys', async () => {
		const before = through.proxy.output();
		respondWith({ code: 0, msg: 'ok', data: { ...JOB, uuid: 7, prompt: 'A private prompt' } });
		rmSync(record, { force: true });
		for (let count = 0; count < 3; count += 1) await through.api.post(GENERATE, textToVideo());
		const { requests, differences } = await through.proxy.differences();
		expect([requests, differences.map(({ count }) => count)]).toEqual([3, [3, 3]]);
		const printed = through.proxy.output().slice(before.length);
		for (const { problem } of differences) expect(printed.split(problem)).toHaveLength(2);
		expect(printed).toContain(
			'Difference in generate response: data.uuid must be string (received 7)\n',
		);
		const recorded = readFileSync(record, 'utf8').trim().split('\n');
		expect(recorded.map((line) => JSON.parse(line))).toMatchObject([
			{
				endpoint: 'generate',
				part: 'response',
				problem: 'data.uuid must be string',
				received: '7',
			},
			{ problem: 'data.prompt must be that of the request' },
		]);
		const all = JSON.stringify([differences, printed, recorded]);
		for (const secret of ['secret-key', 'private', 'lighthouse']) expect(all).not.toContain(secret);
	});

	test('it sends the key and the path of the target, and no accept-encoding', async () => {
		respondWith({ code: 0, msg: 'ok', data: STATUS });
		await through.api.get(`${statusPath('a')}?x=1`);
		expect(received).toMatchObject([
			{
				...{ method: 'GET', url: '/v2/api/video-status/a?x=1' },
				headers: {
					authorization: 'Bearer secret-key',
					host: new URL(target).host,
					'accept-encoding': 'identity',
				},
			},
		]);
	});

	test('it never repeats a request', async () => {
		respondWith('', 503, 'text/plain');
		await through.api.post(GENERATE, textToVideo());
		await through.api.get(statusPath('a'));
		respond = (response) => response.destroy();
		expect((await through.api.post(GENERATE, textToVideo())).status).toBe(502);
		expect(received.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
	});

	test('it keeps headers and redirects', async () => {
		respond = (response) =>
			response.writeHead(302, { location: 'https://x.test/', 'retry-after': '9' }).end();
		const { status, headers } = await through.api.post(GENERATE, textToVideo());
		expect([status, headers.location, headers['retry-after']]).toEqual([
			302,
			'https://x.test/',
			'9',
		]);
	});
});

describe('the command line', () => {
	test('has a default for each option', () => {
		expect(parseProxyOptions([])).toEqual({
			...{ target: 'https://veo3o1.com/api', port: 3056, host: '127.0.0.1' },
			...{ record: null, quiet: false },
		});
	});

	test('reads each option', () => {
		const args = ['--target', 'http://a.test/api/', '--port', '0', '--host', '::1'];
		expect(parseProxyOptions([...args, '--record', 'd.jsonl', '--quiet'])).toEqual({
			...{ target: 'http://a.test/api', port: 0, host: '::1', record: 'd.jsonl', quiet: true },
		});
		expect(parseProxyOptions(['--help'])).toBe('help');
	});

	test.each([
		[['--target', 'nowhere'], /--target must be an http or https URL/],
		[['--record', ''], /--record/],
		[['--speed', '1'], /--speed/],
	])('%j is rejected', (args, message) => {
		expect(() => parseProxyOptions(args)).toThrow(message);
	});
});
