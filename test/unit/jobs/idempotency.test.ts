import fc from 'fast-check';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { err, ok } from '../../../nodes/Veo/result';
import { createError } from '../support/errors';
import { videoJob } from '../support/simulatedApi';

const SUBMISSION = { generationType: 'text_to_video', prompt: 'A paper boat', aspectRatio: 'auto' };

const SENT_AT_MS = 1_700_000_000_000;

function storeOf(context: Record<string, unknown>, run: number | string, account = 'account-1') {
	return new SubmissionStore(context, String(run), account);
}

function accepted(uuid: string) {
	return ok(videoJob({ uuid, rawFields: { prompt: 'A paper boat' } }));
}

/** The node's context after n8n saved the execution and loaded it for a retry. */
function reload(context: Record<string, unknown>): Record<string, unknown> {
	return JSON.parse(JSON.stringify(context));
}

test('a tool that succeeds keeps the submission of another call at the same time', () => {
	const context = {};
	const isShared = true;
	const [first, second] = [1, 2].map(
		() => new SubmissionStore(context, 'tool', 'account-1', isShared),
	);
	first?.record(0, { prompt: 'a kite' }).set(accepted('job-1'), SENT_AT_MS);
	second?.record(0, { prompt: 'a boat' }).set(accepted('job-2'), SENT_AT_MS);
	first?.clear();
	const retry = new SubmissionStore(context, 'tool', 'account-1', isShared);
	expect(retry.record(0, { prompt: 'a boat' }).get()?.result).toEqual(accepted('job-2'));
	expect(retry.record(0, { prompt: 'a kite' }).get()).toBeUndefined();
});

test('a tool whose submission is in doubt reports it, although another call at the same time succeeds', () => {
	const context = {};
	const [first, second] = [1, 2].map(() => new SubmissionStore(context, 'tool', 'account-1', true));
	first?.record(0, { prompt: 'a kite' }).set(err(createError('network')), SENT_AT_MS);
	second?.record(0, { prompt: 'a boat' }).set(accepted('job-2'), SENT_AT_MS);
	expect(first?.summary()).toEqual({ uuids: new Map(), inDoubt: [0] });
	expect(second?.summary()).toEqual({ uuids: new Map([[0, 'job-2']]), inDoubt: [] });
});

describe('a user who retries a node', () => {
	it('reuses the submission of the same item with the same parameters', () => {
		const context = {};
		storeOf(context, 0).record(3, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		const retry = storeOf(context, 0).record(3, { ...SUBMISSION });
		expect(retry.get()?.result).toEqual(accepted('job-1'));
	});

	it('reuses the submission after n8n saved and loaded the execution', () => {
		const context = {};
		storeOf(context, 0).record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		const retry = storeOf(reload(context), 0).record(0, SUBMISSION);
		expect(retry.get()?.result).toEqual(accepted('job-1'));
	});

	it('reuses nothing before the first submission', () => {
		expect(storeOf({}, 0).record(0, SUBMISSION).get()).toBeUndefined();
	});

	it('gets a video for each item, even if the prompts are equal', () => {
		const submissions = storeOf({}, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		expect(submissions.record(1, SUBMISSION).get()).toBeUndefined();
		submissions.record(1, SUBMISSION).set(accepted('job-2'), SENT_AT_MS);
		expect(submissions.record(0, SUBMISSION).get()?.result).toEqual(accepted('job-1'));
		expect(submissions.record(1, SUBMISSION).get()?.result).toEqual(accepted('job-2'));
	});

	it('gets a new video in the next iteration of a loop', () => {
		const context = {};
		storeOf(context, 0).record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		expect(storeOf(context, 1).record(0, SUBMISSION).get()).toBeUndefined();
	});

	it.each([
		['prompt', { prompt: 'A paper boat.' }],
		['aspect ratio', { aspectRatio: '16:9' }],
		['image', { image: 'another' }],
		['additional field', { seed: 42 }],
	])('gets a new video after changing the %s', (_, change) => {
		const submission = { ...SUBMISSION, image: 'one' };
		const submissions = storeOf({}, 0);
		submissions.record(0, submission).set(accepted('job-1'), SENT_AT_MS);
		expect(submissions.record(0, { ...submission, ...change }).get()).toBeUndefined();
	});

	it('reuses the latest result', () => {
		const record = storeOf({}, 0).record(0, SUBMISSION);
		record.set(accepted('job-1'), SENT_AT_MS);
		record.set(accepted('job-2'), SENT_AT_MS);
		expect(record.get()?.result).toEqual(accepted('job-2'));
	});

	it('gets a new video for a failed one, but not for the others', () => {
		const submissions = storeOf({}, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		submissions.record(1, SUBMISSION).set(accepted('job-2'), SENT_AT_MS);
		submissions.record(0, SUBMISSION).delete();
		expect(submissions.record(0, SUBMISSION).get()).toBeUndefined();
		expect(submissions.record(1, SUBMISSION).get()?.result).toEqual(accepted('job-2'));
	});

	it('gets the same error for a submission that may have been accepted', () => {
		const context = {};
		const doubt = err(createError('timeout', { detail: 'No response' }));
		storeOf(context, 0).record(0, SUBMISSION).set(doubt, SENT_AT_MS);
		expect(storeOf(reload(context), 0).record(0, SUBMISSION).get()?.result).toEqual(doubt);
	});
});

it('a record that does not exist can be deleted', () => {
	expect(() => storeOf({}, 0).record(0, SUBMISSION).delete()).not.toThrow();
});

describe('after the node succeeded', () => {
	it('the records of this run are deleted, and no others', () => {
		const context = {};
		for (const runIndex of [0, 1, 10, 11]) {
			const submissions = storeOf(context, runIndex);
			submissions.record(0, SUBMISSION).set(accepted(`first-${runIndex}`), SENT_AT_MS);
			submissions.record(1, SUBMISSION).set(accepted(`second-${runIndex}`), SENT_AT_MS);
		}
		storeOf(context, 1).clear();
		const find = (runIndex: number, itemIndex: number) =>
			storeOf(context, runIndex).record(itemIndex, SUBMISSION).get()?.result;
		expect([find(1, 0), find(1, 1)]).toEqual([undefined, undefined]);
		for (const runIndex of [0, 10, 11]) {
			expect(find(runIndex, 0)).toEqual(accepted(`first-${runIndex}`));
			expect(find(runIndex, 1)).toEqual(accepted(`second-${runIndex}`));
		}
	});

	it('there may be no record to delete', () => {
		expect(() => storeOf({}, 0).clear()).not.toThrow();
	});
});

describe("the node's context", () => {
	it('keeps the data of others', () => {
		const context = { other: { kept: true } };
		const submissions = storeOf(context, 0);
		submissions.record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		submissions.clear();
		expect(context.other).toEqual({ kept: true });
	});

	it.each([null, undefined, 'text', 7, []])(
		'works if it contains %j instead of the records',
		(veoSubmissions) => {
			const record = storeOf({ veoSubmissions }, 0).record(0, SUBMISSION);
			expect(record.get()).toBeUndefined();
			record.set(accepted('job-1'), SENT_AT_MS);
			expect(record.get()?.result).toEqual(accepted('job-1'));
		},
	);

	it.each([null, 'text', 7, [], {}, { ok: 'yes' }])(
		'has no submission if it contains %j instead of a record',
		(entry) => {
			const context: Record<string, Record<string, Record<string, unknown>>> = {};
			const record = storeOf(context, 0).record(0, SUBMISSION);
			record.set(accepted('job-1'), SENT_AT_MS);
			const records = context.veoSubmissions?.['0'] ?? {};
			expect(Object.keys(records)).toHaveLength(1);
			for (const key of Object.keys(records)) records[key] = entry;
			expect(record.get()).toBeUndefined();
			expect(storeOf(context, 0).summary()).toEqual({ uuids: new Map(), inDoubt: [] });
		},
	);

	it.each([null, 'text', 7, []])(
		'works if it contains %j instead of the records of a run',
		(run) => {
			const record = storeOf({ veoSubmissions: { 0: run } }, 0).record(0, SUBMISSION);
			expect(record.get()).toBeUndefined();
			record.set(accepted('job-1'), SENT_AT_MS);
			expect(record.get()?.result).toEqual(accepted('job-1'));
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
					storeOf(context, runIndex).record(itemIndex, { ...SUBMISSION, prompt });
				entries.forEach((entry, index) => record(entry).set(accepted(`job-${index}`), SENT_AT_MS));
				entries.forEach((entry, index) => {
					expect(record(entry).get()?.result).toEqual(accepted(`job-${index}`));
				});
			}),
		);
	});
});

describe('the summary of a run', () => {
	it('has the IDs and the doubts of all attempts of this run, and of no other', () => {
		const context = {};
		const first = storeOf(context, 1);
		first.record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
		first.record(1, SUBMISSION).set(err(createError('reset')), SENT_AT_MS);
		first.record(2, SUBMISSION).set(err(createError('unknownCode', { uuid: 'job-3' })), SENT_AT_MS);
		storeOf(context, 11).record(3, SUBMISSION).set(accepted('job-4'), SENT_AT_MS);
		expect(storeOf(reload(context), 1).summary()).toEqual({
			uuids: new Map([
				[0, 'job-1'],
				[2, 'job-3'],
			]),
			inDoubt: [1, 2],
		});
	});
});

it('a submission belongs to the account that it was sent with', () => {
	const context = {};
	storeOf(context, 0, 'account-1').record(0, SUBMISSION).set(accepted('job-1'), SENT_AT_MS);
	const [same, other] = ['account-1', 'account-2'].map((account) => {
		const record = storeOf(context, 0, account).record(0, SUBMISSION);
		const submission = record.get();
		return submission && record.isOwn(submission);
	});
	expect([same, other]).toEqual([true, false]);
});
