import fc from 'fast-check';
import { isHttpUrl, parseJob, parseUpload, createJob } from '../../../nodes/Veo/api/parse';
import type { Json, JsonObject, VideoJob } from '../../../nodes/Veo/api/types';
import { UUID, VIDEO_URL } from '../support/simulatedApi';

function job(data: JsonObject): VideoJob {
	const parsed = parseJob({ uuid: UUID, ...data });
	if (!parsed) throw new Error('The data has no job');
	return parsed;
}

describe('the ID of a job', () => {
	it.each<[Json, string]>([
		[UUID, UUID],
		['  job-1 ', 'job-1'],
		[42, '42'],
		[0, '0'],
	])('%j is parsed as %j', (sent, expected) => {
		expect(parseJob({ uuid: sent })?.uuid).toBe(expected);
	});

	it.each<Json>([null, '', '   ', true, false])('%j is not an ID, so there is no job', (sent) => {
		expect(parseJob({ uuid: sent })).toBeUndefined();
	});

	it('is required', () => {
		expect(parseJob({ status: 'pending' })).toBeUndefined();
	});

	it('is the requested one, regardless of the response', () => {
		expect(parseJob({ uuid: 'another' }, UUID)?.uuid).toBe(UUID);
		expect(parseJob({}, UUID)?.uuid).toBe(UUID);
	});
});

describe('the status of a job', () => {
	it.each<[Json | undefined, string]>([
		['pending', 'pending'],
		['processing', 'processing'],
		['failed', 'failed'],
		[' Pending ', 'pending'],
		['FAILED', 'failed'],
		['queued', 'processing'],
		['cancelled', 'processing'],
		['', 'processing'],
		[undefined, 'processing'],
		[null, 'processing'],
		[3, 'processing'],
		['constructor', 'processing'],
	])('%j counts as %s', (sent, expected) => {
		expect(job(sent === undefined ? {} : { status: sent }).status).toBe(expected);
	});

	it.each(['completed', 'Completed', 'COMPLETED '])(
		'%j with a video URL is completed',
		(status) => {
			expect(job({ status, videoUrl: VIDEO_URL })).toMatchObject({
				status: 'completed',
				videoUrl: VIDEO_URL,
			});
		},
	);

	it.each<Json>([null, '', '/video.mp4', 'ftp://host/video.mp4', 'data:video/mp4,', 7, {}])(
		'completed with the video URL %j is still processing',
		(videoUrl) => {
			expect(job({ status: 'completed', videoUrl })).toMatchObject({
				status: 'processing',
				videoUrl: null,
			});
		},
	);

	it('completed without a video URL is still processing', () => {
		expect(job({ status: 'completed' })).toMatchObject({ status: 'processing', videoUrl: null });
	});

	it.each(['pending', 'processing', 'failed'])(
		'%s has no video URL, even if the API sends one',
		(status) => {
			expect(job({ status, videoUrl: VIDEO_URL }).videoUrl).toBeNull();
		},
	);
});

describe('progress and estimated time', () => {
	it.each<[Json | undefined, number | null]>([
		[42, 42],
		['42', 42],
		['42.5', 42.5],
		['42%', 42],
		[' 42 ', 42],
		[0, 0],
		['0', 0],
		[-5, 0],
		[101, 100],
		['1e9', 100],
		['', null],
		['half', null],
		[null, null],
		[true, null],
		[[50], null],
		[{ percent: 50 }, null],
		[undefined, null],
		['Infinity', null],
	])('a progress of %j is %j percent', (sent, expected) => {
		expect(job(sent === undefined ? {} : { progress: sent }).progress).toBe(expected);
	});

	it.each<[Json | undefined, number | null]>([
		[90, 90],
		['90', 90],
		['90 seconds', 90],
		[0, 0],
		[1.5, 1.5],
		[-1, null],
		['-1', null],
		['1e400', null],
		['soon', null],
		[null, null],
		[undefined, null],
		[false, null],
	])('an estimated time of %j is %j seconds', (sent, expected) => {
		expect(job(sent === undefined ? {} : { estimatedTime: sent }).estimatedTime).toBe(expected);
	});
});

describe('the reason of a failed video', () => {
	it.each(['errorMessage', 'error', 'message', 'failReason'])('is parsed from %s', (field) => {
		expect(job({ status: 'failed', [field]: ' unsafe prompt ' }).failureReason).toBe(
			'unsafe prompt',
		);
	});

	it('is the first of these fields that contains text', () => {
		const all = { errorMessage: '1', error: '2', message: '3', failReason: '4' };
		expect(job({ status: 'failed', ...all }).failureReason).toBe('1');
		expect(job({ status: 'failed', ...all, errorMessage: '' }).failureReason).toBe('2');
		expect(job({ status: 'failed', ...all, errorMessage: null, error: ' ' }).failureReason).toBe(
			'3',
		);
	});

	it('is JSON if the field contains an object', () => {
		const reason = { type: 'safety', blocked: true };
		expect(job({ status: 'failed', error: reason }).failureReason).toBe(JSON.stringify(reason));
	});

	it('is null if no field contains it', () => {
		expect(job({ status: 'failed' }).failureReason).toBeNull();
	});

	it('is null if the video has not failed', () => {
		expect(job({ status: 'processing', message: 'half way' }).failureReason).toBeNull();
	});
});

describe('the other fields of a job', () => {
	it('are kept unchanged', () => {
		const fields = { prompt: 'a cat', createdAt: '2026-01-01', error: null, seed: 7, tags: ['a'] };
		expect(job({ status: 'pending', ...fields }).rawFields).toEqual(fields);
	});

	it('never affect the status or the parsing of a job', () => {
		const value = fc.jsonValue().map((json): Json => JSON.parse(JSON.stringify(json)));
		const known = ['uuid', 'status', 'videoUrl', 'progress', 'estimatedTime', 'message'];
		const name = fc.oneof(fc.string(), fc.constantFrom(...known));
		fc.assert(
			fc.property(fc.dictionary(name, value), (data) => {
				const parsed = parseJob(data, UUID);
				expect(parsed?.uuid).toBe(UUID);
				if (!('status' in data)) expect(parsed?.status).toBe('processing');
				expect(Object.keys(parsed?.rawFields ?? {})).not.toContain('status');
			}),
		);
		const numbers = fc.oneof(fc.double(), fc.string(), fc.constantFrom('1e308', '5e-324', '1e400'));
		fc.assert(
			fc.property(numbers, numbers, (progress, estimatedTime) => {
				const parsed = job({ progress, estimatedTime });
				if (parsed.progress !== null) {
					expect(parsed.progress).toBeGreaterThanOrEqual(0);
					expect(parsed.progress).toBeLessThanOrEqual(100);
				}
				if (parsed.estimatedTime !== null) {
					expect(parsed.estimatedTime).toBeGreaterThanOrEqual(0);
					expect(parsed.estimatedTime).toBeLessThan(Infinity);
				}
			}),
		);
	});
});

it('a job of which only the ID is known counts as processing', () => {
	expect(createJob(UUID)).toMatchObject({ uuid: UUID, status: 'processing', videoUrl: null });
});

describe('an uploaded image', () => {
	const imageUrl = 'https://media.example.com/image.png';

	it('is parsed with its URL, its key and all other fields', () => {
		expect(parseUpload({ imageUrl, imageKey: 'images/1', width: 640 })).toEqual({
			imageUrl,
			imageKey: 'images/1',
			rawFields: { width: 640 },
		});
	});

	it.each<JsonObject>([{ imageUrl }, { imageUrl, imageKey: null }])(
		'can have no key: %j',
		(data) => {
			expect(parseUpload(data)).toEqual({ imageUrl, imageKey: '', rawFields: {} });
		},
	);

	it.each<JsonObject>([
		{},
		{ imageKey: 'images/1' },
		{ imageUrl: '' },
		{ imageUrl: '/image.png' },
		{ imageUrl: null },
		{ imageUrl: ['https://media.example.com'] },
	])('must have a URL: %j', (data) => {
		expect(parseUpload(data)).toBeUndefined();
	});
});

describe('an http(s) URL', () => {
	it.each<[unknown, boolean]>([
		['https://veo3o1.com/api', true],
		['http://127.0.0.1:3000', true],
		['HTTPS://EXAMPLE.COM', true],
		['ftp://example.com', false],
		['file:///etc/hosts', false],
		['javascript:alert(1)', false],
		['example.com', false],
		['//example.com', false],
		['', false],
		['https://', false],
		[undefined, false],
		[null, false],
		[7, false],
		[{}, false],
	])('%j: %p', (value, expected) => {
		expect(isHttpUrl(value)).toBe(expected);
	});
});
