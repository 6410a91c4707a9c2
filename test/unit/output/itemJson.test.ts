import fc from 'fast-check';
import { parseJob } from '../../../nodes/Veo/api/parse';
import type { Json } from '../../../nodes/Veo/api/types';
import type { PollResult } from '../../../nodes/Veo/jobs/polling';
import {
	jobJson,
	pollResultJson,
	toItem,
	withoutErrorKey,
} from '../../../nodes/Veo/output/itemJson';
import { UUID, VIDEO_URL, videoJob } from '../support/simulatedApi';

describe('a user gets, for each video,', () => {
	it('the field names that workflows depend on', () => {
		const rawFields = { prompt: 'A paper boat', createdAt: '2026-01-01T00:00:00Z' };
		const job = videoJob({ status: 'processing', progress: 40, estimatedTime: 12, rawFields });
		expect(jobJson(job)).toEqual({
			uuid: UUID,
			status: 'processing',
			videoUrl: null,
			progress: 40,
			estimatedTime: 12,
			...rawFields,
		});
	});

	it('numbers even if the API sent text', () => {
		const job = parseJob({ uuid: UUID, status: 'pending', progress: '40', estimatedTime: '12' });
		expect(job && jobJson(job)).toMatchObject({ progress: 40, estimatedTime: 12 });
	});

	it('the reason if it failed, and no such field otherwise', () => {
		const failed = videoJob({ status: 'failed', failureReason: 'unsafe prompt' });
		expect(jobJson(failed)).toMatchObject({ errorMessage: 'unsafe prompt' });
		expect(jobJson(videoJob())).not.toHaveProperty('errorMessage');
	});

	it('all fields that the API sent, but none named error', () => {
		const value = fc.jsonValue().map((json): Json => JSON.parse(JSON.stringify(json)));
		const name = fc.oneof(
			fc.string(),
			fc.constantFrom('error', 'errorMessage', 'status', 'uuid', 'seed'),
		);
		fc.assert(
			fc.property(fc.dictionary(name, value), (data) => {
				const job = parseJob(data, UUID);
				const json = job ? jobJson(job) : {};
				expect(json).not.toHaveProperty('error');
				expect(json.uuid).toBe(UUID);
				// the fields that the node parses can have another form
				const parsed = ['uuid', 'status', 'videoUrl', 'progress', 'estimatedTime', 'error'];
				const others = Object.entries(data).filter(([field]) => !parsed.includes(field));
				for (const [field, sent] of others) expect(json[field]).toEqual(sent);
			}),
		);
	});

	it.each<Json>(['unsafe prompt', '', null, {}, { code: 7 }, false, 0])(
		'the error field %j under the name apiError',
		(error) => {
			expect(withoutErrorKey({ error, seed: 1 })).toEqual({ apiError: error, seed: 1 });
		},
	);

	it('a nested error field unchanged', () => {
		expect(withoutErrorKey({ nested: { error: 'x' } })).toEqual({ nested: { error: 'x' } });
	});
});

describe('a user gets, after waiting,', () => {
	const createResult = (
		overrides: Partial<PollResult> & { outcome: 'completed' | 'timedOut' },
	): PollResult => ({
		job: videoJob({ status: 'completed', videoUrl: VIDEO_URL }),
		polls: 3,
		waitedMs: 61_449,
		...overrides,
	});

	it('the number of status checks and the seconds waited', () => {
		expect(pollResultJson(createResult({ outcome: 'completed' }))).toMatchObject({
			status: 'completed',
			videoUrl: VIDEO_URL,
			polls: 3,
			waitedSeconds: 61.4,
		});
	});

	it('the status timedOut after the timeout', () => {
		const job = videoJob({ status: 'processing', progress: 40 });
		expect(pollResultJson(createResult({ outcome: 'timedOut', job }))).toMatchObject({
			uuid: UUID,
			status: 'timedOut',
			progress: 40,
		});
	});

	it('the values of the node even if the API sends fields of the same names', () => {
		const job = videoJob({ rawFields: { polls: 'x', waitedSeconds: 'y' } });
		expect(pollResultJson(createResult({ outcome: 'completed', job }))).toMatchObject({
			polls: 3,
			waitedSeconds: 61.4,
		});
	});
});

it('an item is paired with its input item, and keeps its file', () => {
	const binary = { data: { data: '', mimeType: 'video/mp4' } };
	expect(toItem(7, { uuid: UUID }, binary)).toEqual({
		json: { uuid: UUID },
		binary,
		pairedItem: { item: 7 },
	});
	expect(toItem(7, { uuid: UUID })).not.toHaveProperty('binary');
});
