import fc from 'fast-check';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { err, ok } from '../../../nodes/Veo/result';
import { createError } from '../support/errors';
import { videoJob } from '../support/simulatedApi';

const SUBMISSION = { generationType: 'text_to_video', prompt: 'A paper boat', aspectRatio: 'auto' };

function accepted(uuid: string) {
	return ok(videoJob({ uuid, rawFields: { prompt: 'A paper boat' } }));
}

/** The node's context after n8n saved the execution and loaded it for a retry. */
function reload(context: Record<string, unknown>): Record<string, unknown> {
	return JSON.parse(JSON.stringify(context));
}

describe('a user who retries a node', () => {
	it('reuses the submission of the same item with the same parameters', () => {
		const context = {};
		new SubmissionStore(context, 0).record(3, SUBMISSION).set(accepted('job-1'));
		const retry = new SubmissionStore(context, 0).record(3, { ...SUBMISSION });
		expect(retry.get()).toEqual(accepted('job-1'));
	});

	it('reuses the submission after n8n saved and loaded the execution', () => {
		const context = {};
		new SubmissionStore(context, 0).record(0, SUBMISSION).set(accepted('job-1'));
		const retry = new SubmissionStore(reload(context), 0).record(0, SUBMISSION);
		expect(retry.get()).toEqual(accepted('job-1'));
	});

	it('reuses nothing before the first submission', () => {
		expect(new SubmissionStore({}, 0).record(0, SUBMISSION).get()).toBeUndefined();
	});

	it('gets a video for each item, even if the prompts are equal', () => {
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'));
		expect(submissions.record(1, SUBMISSION).get()).toBeUndefined();
		submissions.record(1, SUBMISSION).set(accepted('job-2'));
		expect(submissions.record(0, SUBMISSION).get()).toEqual(accepted('job-1'));
		expect(submissions.record(1, SUBMISSION).get()).toEqual(accepted('job-2'));
	});

	it('gets a new video in the next iteration of a loop', () => {
		const context = {};
		new SubmissionStore(context, 0).record(0, SUBMISSION).set(accepted('job-1'));
		expect(new SubmissionStore(context, 1).record(0, SUBMISSION).get()).toBeUndefined();
	});

	it.each([
		['prompt', { prompt: 'A paper boat.' }],
		['aspect ratio', { aspectRatio: '16:9' }],
		['image', { image: 'another' }],
		['additional field', { seed: 42 }],
	])('gets a new video after changing the %s', (_, change) => {
		const submission = { ...SUBMISSION, image: 'one' };
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, submission).set(accepted('job-1'));
		expect(submissions.record(0, { ...submission, ...change }).get()).toBeUndefined();
	});

	it('reuses the latest result', () => {
		const record = new SubmissionStore({}, 0).record(0, SUBMISSION);
		record.set(accepted('job-1'));
		record.set(accepted('job-2'));
		expect(record.get()).toEqual(accepted('job-2'));
	});

	it('gets a new video for a failed one, but not for the others', () => {
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'));
		submissions.record(1, SUBMISSION).set(accepted('job-2'));
		submissions.record(0, SUBMISSION).delete();
		expect(submissions.record(0, SUBMISSION).get()).toBeUndefined();
		expect(submissions.record(1, SUBMISSION).get()).toEqual(accepted('job-2'));
	});

	it('gets the same error for a submission that may have been accepted', () => {
		const context = {};
		const doubt = err(createError('timeout', { detail: 'No response' }));
		new SubmissionStore(context, 0).record(0, SUBMISSION).set(doubt);
		expect(new SubmissionStore(reload(context), 0).record(0, SUBMISSION).get()).toEqual(doubt);
	});
});

it('a record that does not exist can be deleted', () => {
	expect(() => new SubmissionStore({}, 0).record(0, SUBMISSION).delete()).not.toThrow();
});

describe('after the node succeeded', () => {
	it('the records of this run are deleted, and no others', () => {
		const context = {};
		for (const runIndex of [0, 1, 10, 11]) {
			const submissions = new SubmissionStore(context, runIndex);
			submissions.record(0, SUBMISSION).set(accepted(`first-${runIndex}`));
			submissions.record(1, SUBMISSION).set(accepted(`second-${runIndex}`));
		}
		new SubmissionStore(context, 1).clear();
		const find = (runIndex: number, itemIndex: number) =>
			new SubmissionStore(context, runIndex).record(itemIndex, SUBMISSION).get();
		expect([find(1, 0), find(1, 1)]).toEqual([undefined, undefined]);
		for (const runIndex of [0, 10, 11]) {
			expect(find(runIndex, 0)).toEqual(accepted(`first-${runIndex}`));
			expect(find(runIndex, 1)).toEqual(accepted(`second-${runIndex}`));
		}
	});

	it('there may be no record to delete', () => {
		expect(() => new SubmissionStore({}, 0).clear()).not.toThrow();
	});
});

describe("the node's context", () => {
	it('keeps the data of others', () => {
		const context = { other: { kept: true } };
		const submissions = new SubmissionStore(context, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'));
		submissions.clear();
		expect(context.other).toEqual({ kept: true });
	});

	it.each([null, undefined, 'text', 7, []])(
		'works if it contains %j instead of the records',
		(veoSubmissions) => {
			const record = new SubmissionStore({ veoSubmissions }, 0).record(0, SUBMISSION);
			expect(record.get()).toBeUndefined();
			record.set(accepted('job-1'));
			expect(record.get()).toEqual(accepted('job-1'));
		},
	);

	it.each([null, 'text', 7, [], {}, { ok: 'yes' }])(
		'has no submission if it contains %j instead of a record',
		(entry) => {
			const context: Record<string, unknown> = {};
			new SubmissionStore(context, 0).record(0, SUBMISSION).set(accepted('job-1'));
			const veoSubmissions = Object.fromEntries(
				Object.keys(Object(context.veoSubmissions)).map((key) => [key, entry]),
			);
			expect(Object.keys(veoSubmissions)).toHaveLength(1);
			const submissions = new SubmissionStore({ veoSubmissions }, 0);
			expect(submissions.record(0, SUBMISSION).get()).toBeUndefined();
		},
	);

	it('keeps similar submissions separate', () => {
		const submission = fc.record({
			runIndex: fc.nat({ max: 30 }),
			itemIndex: fc.nat({ max: 30 }),
			prompt: fc.string({ maxLength: 3 }),
		});
		const distinct = fc.uniqueArray(submission, { selector: (entry) => JSON.stringify(entry) });
		fc.assert(
			fc.property(distinct, (entries) => {
				const context = {};
				const record = ({ runIndex, itemIndex, prompt }: (typeof entries)[number]) =>
					new SubmissionStore(context, runIndex).record(itemIndex, { ...SUBMISSION, prompt });
				entries.forEach((entry, index) => record(entry).set(accepted(`job-${index}`)));
				entries.forEach((entry, index) => {
					expect(record(entry).get()).toEqual(accepted(`job-${index}`));
				});
			}),
		);
	});
});
