import fc from 'fast-check';
import {
	BRANCHES,
	FAILED_OUTPUT,
	jobJson,
	toItem,
	waitedJson,
	withoutErrorKey,
} from '../../../nodes/Veo/output/itemJson';
import { parseJob } from '../../../nodes/Veo/api/parse';
import type { Json } from '../../../nodes/Veo/api/types';
import type { PollResult } from '../../../nodes/Veo/jobs/polling';
import { aJob, UUID, VIDEO_URL } from '../support/simulatedApi';

describe('the item of a job', () => {
	it('has the names that workflows depend on', () => {
		const extra = { prompt: 'A paper boat', createdAt: '2026-01-01T00:00:00Z' };
		expect(jobJson(aJob({ status: 'processing', progress: 40, estimatedTime: 12, rawFields: extra }))).toEqual(
			{
				uuid: UUID,
				status: 'processing',
				videoUrl: null,
				progress: 40,
				estimatedTime: 12,
				...extra,
			},
		);
	});

	it('has numbers where the API sent text', () => {
		const job = parseJob({ uuid: UUID, status: 'pending', progress: '40', estimatedTime: '12' });
		expect(job && jobJson(job)).toMatchObject({ progress: 40, estimatedTime: 12 });
	});

	it('has the reason of a video that failed, and no such field otherwise', () => {
		const failed = aJob({ status: 'failed', failureReason: 'unsafe prompt' });
		expect(jobJson(failed)).toMatchObject({ errorMessage: 'unsafe prompt' });
		expect(jobJson(aJob())).not.toHaveProperty('errorMessage');
	});

	it('keeps every field that the API sent, but never has one named error', () => {
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
				// what the node reads itself may come in another form
				const read = ['uuid', 'status', 'videoUrl', 'progress', 'estimatedTime', 'error'];
				const others = Object.entries(data).filter(([field]) => !read.includes(field));
				for (const [field, sent] of others) expect(json[field]).toEqual(sent);
			}),
		);
	});

	it.each<Json>(['unsafe prompt', '', null, {}, { code: 7 }, false, 0])(
		'tells the error field %j under another name',
		(error) => {
			expect(withoutErrorKey({ error, seed: 1 })).toEqual({ apiError: error, seed: 1 });
		},
	);

	it('leaves an error alone that is further down', () => {
		expect(withoutErrorKey({ nested: { error: 'x' } })).toEqual({ nested: { error: 'x' } });
	});
});

describe('the item after a wait', () => {
	const end = (more: Partial<PollResult> & { outcome: 'completed' | 'timedOut' }): PollResult => ({
		job: aJob({ status: 'completed', videoUrl: VIDEO_URL }),
		polls: 3,
		waitedMs: 61_449,
		...more,
	});

	it('tells how often and how long it took', () => {
		expect(waitedJson(end({ outcome: 'completed' }))).toMatchObject({
			status: 'completed',
			videoUrl: VIDEO_URL,
			polls: 3,
			waitedSeconds: 61.4,
		});
	});

	it('tells a deadline by its status', () => {
		const job = aJob({ status: 'processing', progress: 40 });
		expect(waitedJson(end({ outcome: 'timedOut', job }))).toMatchObject({
			uuid: UUID,
			status: 'timedOut',
			progress: 40,
		});
	});

	it('is not misled by fields of the same names', () => {
		const job = aJob({ rawFields: { polls: 'x', waitedSeconds: 'y' } });
		expect(waitedJson(end({ outcome: 'completed', job }))).toMatchObject({
			polls: 3,
			waitedSeconds: 61.4,
		});
	});
});

describe('the output that an item leaves on', () => {
	it.each([
		['completed', 'completed'],
		['pending', 'inProgress'],
		['processing', 'inProgress'],
		['failed', 'failed'],
	] as const)('%s leaves on the output %s where the outputs branch', (status, branch) => {
		const { output } = toItem(0, jobJson(aJob({ status })), { branch: true });
		expect(BRANCHES[output]).toBe(branch);
	});

	it('is the first where they do not', () => {
		expect(toItem(0, jobJson(aJob({ status: 'failed' }))).output).toBe(0);
	});

	it('is in the order Completed, In Progress, Failed', () => {
		expect(BRANCHES).toEqual(['completed', 'inProgress', 'failed']);
		expect(FAILED_OUTPUT).toBe(2);
	});

	it('does not part an item from the one it came from, nor from its file', () => {
		const binary = { data: { data: '', mimeType: 'video/mp4' } };
		expect(toItem(7, { uuid: UUID }, { binary }).item).toEqual({
			json: { uuid: UUID },
			binary,
			pairedItem: { item: 7 },
		});
		expect(toItem(7, { uuid: UUID }).item).not.toHaveProperty('binary');
	});
});
