import { Readable } from 'node:stream';
import { STATUS_TIMEOUT_MS, SUBMIT_TIMEOUT_MS, VeoClient } from '../../../nodes/Veo/api/client';
import { mayHaveBeenAccepted } from '../../../nodes/Veo/api/errors';
import type { HttpResponse, HttpRequest, NetworkError } from '../../../nodes/Veo/api/http';
import type { FilePart } from '../../../nodes/Veo/api/multipart';
import type { GenerateRequest } from '../../../nodes/Veo/api/types';
import { envelope, httpResponse, UUID } from '../support/simulatedApi';
import { flushEventLoop } from '../support/eventLoop';

const NOW = Date.UTC(2026, 0, 1, 12);
const REQUEST: GenerateRequest = {
	generationType: 'text_to_video',
	prompt: 'A paper boat',
	aspectRatio: '16:9',
	seed: 42,
};

/** A client of an API that always returns the same response, and the requests that it sent. */
function createClient(response: HttpResponse | NetworkError) {
	const sent: HttpRequest[] = [];
	const client = new VeoClient(
		async (request) => {
			sent.push(request);
			return response;
		},
		() => NOW,
	);
	return { client, sent };
}

function createFile(overrides: Partial<FilePart> = {}): FilePart {
	const content = Buffer.from('an image');
	return {
		fileName: 'photo.jpg',
		mimeType: 'image/jpeg',
		size: content.length,
		open: async () => content,
		...overrides,
	};
}

describe('submitting a video', () => {
	const accepted = envelope(0, { data: { uuid: UUID, status: 'pending', seed: 42 } });

	it('sends one request with the parameters as JSON', async () => {
		const { client, sent } = createClient(accepted);
		await client.submit(REQUEST);
		expect(sent).toEqual([
			{
				method: 'POST',
				path: '/generate-video',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(REQUEST),
				timeoutMs: SUBMIT_TIMEOUT_MS,
			},
		]);
	});

	it('returns the job', async () => {
		const { client } = createClient(accepted);
		expect(await client.submit(REQUEST)).toMatchObject({
			ok: true,
			value: { uuid: UUID, status: 'pending', rawFields: { seed: 42 } },
		});
	});

	it('returns an error if the response has no ID', async () => {
		const { client } = createClient(envelope(0, { data: { status: 'pending' } }));
		expect(await client.submit(REQUEST)).toEqual({
			ok: false,
			error: {
				kind: 'malformed',
				code: 0,
				httpStatus: 200,
				detail: 'The response has no usable uuid',
			},
		});
	});

	it('has a longer timeout than a status check, since the result matters', () => {
		expect(SUBMIT_TIMEOUT_MS).toBeGreaterThan(2 * STATUS_TIMEOUT_MS);
	});
});

describe('checking the status of a video', () => {
	it('sends one request with the ID, without a body', async () => {
		const { client, sent } = createClient(envelope(0, { data: { status: 'processing' } }));
		const result = await client.getVideoStatus(UUID);
		expect(sent).toEqual([
			{ method: 'GET', path: `/video-status/${UUID}`, timeoutMs: STATUS_TIMEOUT_MS },
		]);
		expect(result).toMatchObject({ ok: true, value: { uuid: UUID, status: 'processing' } });
	});

	it('returns the reason of a failed video from the message if the data has none', async () => {
		const { client } = createClient(
			envelope(0, { msg: 'unsafe prompt', data: { status: 'failed' } }),
		);
		expect(await client.getVideoStatus(UUID)).toMatchObject({
			value: { failureReason: 'unsafe prompt' },
		});
	});

	it.each(['', 'success', 'OK', 'Success.'])(
		'returns no reason for a failed video with the message %j',
		async (msg) => {
			const { client } = createClient(envelope(0, { msg, data: { status: 'failed' } }));
			expect(await client.getVideoStatus(UUID)).toMatchObject({ value: { failureReason: null } });
		},
	);

	it.each([
		['a/b', '/video-status/a%2Fb'],
		['a b?c', '/video-status/a%20b%3Fc'],
	])('stays below its path for the ID %j', async (uuid, path) => {
		const { client, sent } = createClient(envelope(0, { data: {} }));
		await client.getVideoStatus(uuid);
		expect(sent[0]?.path).toBe(path);
	});

	it.each([
		[3_000, 3_000],
		[STATUS_TIMEOUT_MS + 1, STATUS_TIMEOUT_MS],
	])('with %d ms left has a timeout of %d ms', async (remainingMs, timeoutMs) => {
		const { client, sent } = createClient(envelope(0, { data: {} }));
		await client.getVideoStatus(UUID, remainingMs);
		expect(sent[0]?.timeoutMs).toBe(timeoutMs);
	});
});

describe('uploading an image', () => {
	const uploaded = envelope(0, { data: { imageUrl: 'https://m.example/1.jpg', imageKey: 'k' } });

	it('sends one request with the file, and returns its URL and key', async () => {
		const { client, sent } = createClient(uploaded);
		const upload = await client.upload(createFile());
		expect(sent[0]).toMatchObject({ method: 'POST', path: '/upload-video-image' });
		expect(sent[0]?.headers?.['content-type']).toContain('multipart/form-data');
		expect(upload).toEqual({
			ok: true,
			value: { imageUrl: 'https://m.example/1.jpg', imageKey: 'k', rawFields: {} },
		});
	});

	it('has a timeout that depends on the size of the file', async () => {
		const { client, sent } = createClient(uploaded);
		await client.upload(createFile({ size: 1 }));
		await client.upload(createFile({ size: 50 * 1024 * 1024 }));
		const [small, large] = sent.map(({ timeoutMs }) => timeoutMs);
		expect(small).toBeLessThan(61_000);
		expect(large).toBeGreaterThan(600_000);
	});

	it('opens the file for each attempt, and closes it after success and failure', async () => {
		const opened: Readable[] = [];
		const open = async () => {
			const stream = Readable.from([Buffer.from('an image')]);
			opened.push(stream);
			return stream;
		};
		const disconnected = createClient({ kind: 'reset', detail: '' }).client;
		await disconnected.upload(createFile({ open }));
		await createClient(uploaded).client.upload(createFile({ open }));
		expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
		// an unhandled error would end n8n's process, and fails this test
		await flushEventLoop();
	});

	it('returns an error if the response has no URL', async () => {
		const { client } = createClient(envelope(0, { data: { imageKey: 'k' } }));
		expect(await client.upload(createFile())).toMatchObject({
			ok: false,
			error: { kind: 'malformed', detail: 'The response has no imageUrl' },
		});
	});
});

describe('a failed call', () => {
	const failures: Array<[string, HttpResponse | NetworkError, object]> = [
		[
			'throttling',
			envelope(1003, { msg: 'slow down', status: 429, headers: { 'retry-after': '7' } }),
			{ kind: 'rateLimited', code: 1003, detail: 'slow down', retryAfterMs: 7000 },
		],
		[
			'a gateway page',
			httpResponse(502, '<h1>Bad Gateway</h1>'),
			{ kind: 'gateway', httpStatus: 502 },
		],
		['no connection', { kind: 'refused', detail: 'ECONNREFUSED' }, { kind: 'refused' }],
		['cancellation', { kind: 'canceled', detail: '' }, { kind: 'canceled' }],
	];
	it.each(failures)(
		'returns %s as an error, for each kind of call, without a retry',
		async (...row) => {
			const [, response, error] = row;
			const { client, sent } = createClient(response);
			const results = [
				await client.submit(REQUEST),
				await client.getVideoStatus(UUID),
				await client.upload(createFile()),
			];
			for (const result of results) expect(result).toMatchObject({ ok: false, error });
			expect(sent).toHaveLength(3);
		},
	);

	it('returns the delay until a Retry-After date by the clock of the client', async () => {
		const headers = { 'retry-after': new Date(NOW + 5000).toUTCString() };
		const { client } = createClient(httpResponse(503, '', headers));
		expect(await client.getVideoStatus(UUID)).toMatchObject({ error: { retryAfterMs: 5000 } });
	});
});

describe('a submission whose response is not complete', () => {
	const start = `{"code":0,"data":{"uuid":"${UUID}","note":"`;
	const incomplete: Array<[string, HttpResponse | NetworkError, object]> = [
		[
			'too large',
			{ ...httpResponse(200, start), isTooLarge: true },
			{ kind: 'malformed', httpStatus: 200, detail: 'The response is larger than 1 MB' },
		],
		['cut', { kind: 'reset', detail: '', received: start }, { kind: 'reset' }],
		['late', { kind: 'timeout', detail: '', received: start }, { kind: 'timeout' }],
		['malformed', httpResponse(200, start), { kind: 'malformed' }],
	];

	it.each(incomplete)('is in doubt, with its ID: %s', async (_, response, error) => {
		const result = await createClient(response).client.submit(REQUEST);
		expect(result).toMatchObject({ ok: false, error: { ...error, uuid: UUID } });
		if (!result.ok) expect(mayHaveBeenAccepted(result.error)).toBe(true);
		expect(result).not.toHaveProperty('error.received');
	});

	it.each([
		['{"code":0,"data":{"uuid": 12345, "a', '12345'],
		['{"code":0,"data":{"uuid":"8f14e', undefined],
		['{"code":0,"data":{"uuid":1234', undefined],
		['{"code":0,"data":{"requestId":"a","x', undefined],
		[`<script>{"uuid":"${UUID}"}`, undefined],
	])('%s contains the ID %p', async (received, uuid) => {
		const { client } = createClient({ kind: 'reset', detail: '', received });
		const result = await client.submit(REQUEST);
		expect(result.ok ? undefined : result.error.uuid).toBe(uuid);
		if (!result.ok) expect(mayHaveBeenAccepted(result.error)).toBe(true);
	});
});

it.each([
	[200, 'malformed'],
	[302, 'redirect'],
	[401, 'authentication'],
	[404, 'notVeoApi'],
	[429, 'rateLimited'],
	[503, 'gateway'],
])('a response with HTTP %d that is too large is not parsed: %s', async (status, kind) => {
	const complete = JSON.stringify({ code: 0, data: { status: 'processing' } });
	const { client } = createClient({ ...httpResponse(status, complete), isTooLarge: true });
	const detail = 'The response is larger than 1 MB';
	const error = { kind, httpStatus: status, detail };
	expect(await client.getVideoStatus(UUID)).toMatchObject({ ok: false, error });
});
