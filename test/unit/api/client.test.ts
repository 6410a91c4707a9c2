import { Readable } from 'node:stream';
import { STATUS_TIMEOUT_MS, SUBMIT_TIMEOUT_MS, VeoClient } from '../../../nodes/Veo/api/client';
import type { HttpResponse, HttpRequest, NetworkError } from '../../../nodes/Veo/api/http';
import type { FilePart } from '../../../nodes/Veo/api/multipart';
import type { GenerateRequest } from '../../../nodes/Veo/api/types';
import { answer, envelope, UUID } from '../support/simulatedApi';
import { afterwards } from '../support/turns';

const NOW = Date.UTC(2026, 0, 1, 12);
const ORDER: GenerateRequest = {
	generationType: 'text_to_video',
	prompt: 'A paper boat',
	aspectRatio: '16:9',
	seed: 42,
};

/** A client whose every request gets the same answer, and what it sent. */
function clientOf(given: HttpResponse | NetworkError) {
	const sent: HttpRequest[] = [];
	const client = new VeoClient(
		async (request) => {
			sent.push(request);
			return given;
		},
		() => NOW,
	);
	return { client, sent };
}

function file(more: Partial<FilePart> = {}): FilePart {
	const content = Buffer.from('an image');
	return {
		fileName: 'photo.jpg',
		mimeType: 'image/jpeg',
		size: content.length,
		open: async () => content,
		...more,
	};
}

describe('ordering a video', () => {
	const accepted = envelope(0, { data: { uuid: UUID, status: 'pending', seed: 42 } });

	it('is one request with the order as JSON', async () => {
		const { client, sent } = clientOf(accepted);
		await client.submit(ORDER);
		expect(sent).toEqual([
			{
				method: 'POST',
				path: '/generate-video',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(ORDER),
				timeoutMs: SUBMIT_TIMEOUT_MS,
			},
		]);
	});

	it('gives the job', async () => {
		const { client } = clientOf(accepted);
		expect(await client.submit(ORDER)).toMatchObject({
			ok: true,
			data: { uuid: UUID, status: 'pending', extra: { seed: 42 } },
		});
	});

	it('cannot be understood without an id in the answer', async () => {
		const { client } = clientOf(envelope(0, { data: { status: 'pending' } }));
		expect(await client.submit(ORDER)).toEqual({
			ok: false,
			failure: {
				kind: 'malformed',
				code: 0,
				httpStatus: 200,
				detail: 'The answer has no uuid',
			},
		});
	});

	it('is given more time than a look: whether it is accepted matters', () => {
		expect(SUBMIT_TIMEOUT_MS).toBeGreaterThan(2 * STATUS_TIMEOUT_MS);
	});
});

describe('looking at a video', () => {
	it('is one request by its id, without a body', async () => {
		const { client, sent } = clientOf(envelope(0, { data: { status: 'processing' } }));
		const look = await client.getVideoStatus(UUID);
		expect(sent).toEqual([
			{ method: 'GET', path: `/video-status/${UUID}`, timeoutMs: STATUS_TIMEOUT_MS },
		]);
		expect(look).toMatchObject({ ok: true, data: { uuid: UUID, status: 'processing' } });
	});

	it('finds why a video failed in the message, where the data does not say', async () => {
		const { client } = clientOf(envelope(0, { msg: 'unsafe prompt', data: { status: 'failed' } }));
		expect(await client.getVideoStatus(UUID)).toMatchObject({ data: { failureReason: 'unsafe prompt' } });
	});

	it.each(['', 'success', 'OK', 'Success.'])(
		'takes the message %j of a video that failed for no reason',
		async (msg) => {
			const { client } = clientOf(envelope(0, { msg, data: { status: 'failed' } }));
			expect(await client.getVideoStatus(UUID)).toMatchObject({ data: { failureReason: null } });
		},
	);

	it.each([
		['a/b', '/video-status/a%2Fb'],
		['a b?c', '/video-status/a%20b%3Fc'],
	])('never leaves its path, with the id %j', async (uuid, path) => {
		const { client, sent } = clientOf(envelope(0, { data: {} }));
		await client.getVideoStatus(uuid);
		expect(sent[0]?.path).toBe(path);
	});

	it.each([
		[3_000, 3_000],
		[STATUS_TIMEOUT_MS + 1, STATUS_TIMEOUT_MS],
	])('with %d ms left may take %d ms', async (remainingMs, timeoutMs) => {
		const { client, sent } = clientOf(envelope(0, { data: {} }));
		await client.getVideoStatus(UUID, remainingMs);
		expect(sent[0]?.timeoutMs).toBe(timeoutMs);
	});
});

describe('uploading an image', () => {
	const uploaded = envelope(0, { data: { imageUrl: 'https://m.example/1.jpg', imageKey: 'k' } });

	it('is one request with the file, and gives its URL and key', async () => {
		const { client, sent } = clientOf(uploaded);
		const upload = await client.upload(file());
		expect(sent[0]).toMatchObject({ method: 'POST', path: '/upload-video-image' });
		expect(sent[0]?.headers?.['content-type']).toContain('multipart/form-data');
		expect(upload).toEqual({
			ok: true,
			data: { imageUrl: 'https://m.example/1.jpg', imageKey: 'k', extra: {} },
		});
	});

	it('is given the more time the larger the file is', async () => {
		const { client, sent } = clientOf(uploaded);
		await client.upload(file({ size: 1 }));
		await client.upload(file({ size: 50 * 1024 * 1024 }));
		const [small, large] = sent.map(({ timeoutMs }) => timeoutMs);
		expect(small).toBeLessThan(61_000);
		expect(large).toBeGreaterThan(600_000);
	});

	it('opens the file anew for every try, and lets go of it whatever the end', async () => {
		const opened: Readable[] = [];
		const open = async () => {
			const stream = Readable.from([Buffer.from('an image')]);
			opened.push(stream);
			return stream;
		};
		const faulty = clientOf({ kind: 'reset', detail: '' }).client;
		await faulty.upload(file({ open }));
		await clientOf(uploaded).client.upload(file({ open }));
		expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
		// an error that nobody hears would end n8n: here it would fail this test
		await afterwards();
	});

	it('is of no use without a URL in the answer', async () => {
		const { client } = clientOf(envelope(0, { data: { imageKey: 'k' } }));
		expect(await client.upload(file())).toMatchObject({
			ok: false,
			failure: { kind: 'malformed', detail: 'The answer has no imageUrl' },
		});
	});
});

describe('whatever comes of a call', () => {
	const ends: Array<[string, HttpResponse | NetworkError, object]> = [
		[
			'a refusal',
			envelope(1003, { msg: 'slow down', status: 429, headers: { 'retry-after': '7' } }),
			{ kind: 'rateLimited', code: 1003, detail: 'slow down', retryAfterMs: 7000 },
		],
		['a gateway page', answer(502, '<h1>Bad Gateway</h1>'), { kind: 'gateway', httpStatus: 502 }],
		['no connection', { kind: 'refused', detail: 'ECONNREFUSED' }, { kind: 'refused' }],
		['a stop', { kind: 'stopped', detail: '' }, { kind: 'stopped' }],
	];
	it.each(ends)(
		'%s is told as such, for each kind of call, and nothing is repeated',
		async (...row) => {
			const [, given, error] = row;
			const { client, sent } = clientOf(given);
			const answers = [
				await client.submit(ORDER),
				await client.getVideoStatus(UUID),
				await client.upload(file()),
			];
			for (const one of answers) expect(one).toMatchObject({ ok: false, failure: error });
			expect(sent).toHaveLength(3);
		},
	);

	it('a Retry-After date is read by the clock that the client was given', async () => {
		const headers = { 'retry-after': new Date(NOW + 5000).toUTCString() };
		const { client } = clientOf(answer(503, '', headers));
		expect(await client.getVideoStatus(UUID)).toMatchObject({ failure: { retryAfterMs: 5000 } });
	});
});
