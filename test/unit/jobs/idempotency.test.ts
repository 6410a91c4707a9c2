import fc from 'fast-check';
import { err } from '../../../nodes/Veo/api/errors';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { anError } from '../support/errors';
import { aJob } from '../support/simulatedApi';

const ORDER = { generationType: 'text_to_video', prompt: 'A paper boat', aspectRatio: 'auto' };

function accepted(uuid: string) {
	return { ok: true as const, data: aJob({ uuid, rawFields: { prompt: 'A paper boat' } }) };
}

/** What n8n does to a node's context between two tries: saves the execution and reads it again. */
function savedAndRead(context: Record<string, unknown>): Record<string, unknown> {
	return JSON.parse(JSON.stringify(context));
}

describe('what a node has ordered', () => {
	it('is found again by the same item with the same order', () => {
		const context = {};
		new SubmissionStore(context, 0).record(3, ORDER).write(accepted('job-1'));
		expect(new SubmissionStore(context, 0).record(3, { ...ORDER }).read()).toEqual(accepted('job-1'));
	});

	it('is found again after n8n has saved the execution and read it again', () => {
		const context = {};
		new SubmissionStore(context, 0).record(0, ORDER).write(accepted('job-1'));
		const later = savedAndRead(context);
		expect(new SubmissionStore(later, 0).record(0, ORDER).read()).toEqual(accepted('job-1'));
	});

	it('is unknown before anything was ordered', () => {
		expect(new SubmissionStore({}, 0).record(0, ORDER).read()).toBeUndefined();
	});

	it('is another video for another item, though the prompt is the same', () => {
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, ORDER).write(accepted('job-1'));
		expect(submissions.record(1, ORDER).read()).toBeUndefined();
		submissions.record(1, ORDER).write(accepted('job-2'));
		expect(submissions.record(0, ORDER).read()).toEqual(accepted('job-1'));
		expect(submissions.record(1, ORDER).read()).toEqual(accepted('job-2'));
	});

	it("is another video in a loop's next round", () => {
		const context = {};
		new SubmissionStore(context, 0).record(0, ORDER).write(accepted('job-1'));
		expect(new SubmissionStore(context, 1).record(0, ORDER).read()).toBeUndefined();
	});

	it.each([
		['prompt', { prompt: 'A paper boat.' }],
		['aspect ratio', { aspectRatio: '16:9' }],
		['image', { image: 'another' }],
		['additional field', { seed: 42 }],
	])('is another video with another %s', (_, other) => {
		const order = { ...ORDER, image: 'one' };
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, order).write(accepted('job-1'));
		expect(submissions.record(0, { ...order, ...other }).read()).toBeUndefined();
	});

	it('is replaced by what was seen of it last', () => {
		const page = new SubmissionStore({}, 0).record(0, ORDER);
		page.write(accepted('job-1'));
		page.write(accepted('job-2'));
		expect(page.read()).toEqual(accepted('job-2'));
	});

	it('is forgotten where the video failed, and only that one', () => {
		const submissions = new SubmissionStore({}, 0);
		submissions.record(0, ORDER).write(accepted('job-1'));
		submissions.record(1, ORDER).write(accepted('job-2'));
		submissions.record(0, ORDER).delete();
		expect(submissions.record(0, ORDER).read()).toBeUndefined();
		expect(submissions.record(1, ORDER).read()).toEqual(accepted('job-2'));
	});

	it('may be forgotten where nothing was ordered', () => {
		expect(() => new SubmissionStore({}, 0).record(0, ORDER).delete()).not.toThrow();
	});

	it('is remembered as doubtful where nobody knows whether it was accepted', () => {
		const context = {};
		const doubt = err(anError('timeout', { detail: 'No answer' }));
		new SubmissionStore(context, 0).record(0, ORDER).write(doubt);
		expect(new SubmissionStore(savedAndRead(context), 0).record(0, ORDER).read()).toEqual(doubt);
	});
});

describe('a run that ended well', () => {
	it('forgets all its orders, but none of another run', () => {
		const context = {};
		for (const runIndex of [0, 1, 10, 11]) {
			new SubmissionStore(context, runIndex).record(0, ORDER).write(accepted(`job-${runIndex}`));
			new SubmissionStore(context, runIndex).record(1, ORDER).write(accepted(`more-${runIndex}`));
		}
		new SubmissionStore(context, 1).close();
		const found = (runIndex: number, itemIndex: number) =>
			new SubmissionStore(context, runIndex).record(itemIndex, ORDER).read();
		expect([found(1, 0), found(1, 1)]).toEqual([undefined, undefined]);
		for (const runIndex of [0, 10, 11]) {
			expect(found(runIndex, 0)).toEqual(accepted(`job-${runIndex}`));
			expect(found(runIndex, 1)).toEqual(accepted(`more-${runIndex}`));
		}
	});

	it('may have ordered nothing', () => {
		expect(() => new SubmissionStore({}, 0).close()).not.toThrow();
	});
});

describe("the node's context", () => {
	it('keeps what others have put there', () => {
		const context = { other: { kept: true } };
		const submissions = new SubmissionStore(context, 0);
		submissions.record(0, ORDER).write(accepted('job-1'));
		submissions.close();
		expect(context.other).toEqual({ kept: true });
	});

	it.each([null, undefined, 'text', 7, []])(
		'with %j in place of the ledger is mended',
		(veoJobs) => {
			const page = new SubmissionStore({ veoJobs }, 0).record(0, ORDER);
			expect(page.read()).toBeUndefined();
			page.write(accepted('job-1'));
			expect(page.read()).toEqual(accepted('job-1'));
		},
	);

	it.each([null, 'text', 7, [], {}, { ok: 'yes' }])(
		'with %j in place of an order holds none',
		(entry) => {
			const context: Record<string, unknown> = {};
			new SubmissionStore(context, 0).record(0, ORDER).write(accepted('job-1'));
			const book = Object.fromEntries(
				Object.keys(Object(context.veoJobs)).map((key) => [key, entry]),
			);
			expect(Object.keys(book)).toHaveLength(1);
			expect(new SubmissionStore({ veoJobs: book }, 0).record(0, ORDER).read()).toBeUndefined();
		},
	);

	it('never mixes up two orders, however like each other they are', () => {
		const key = fc.record({
			runIndex: fc.nat({ max: 30 }),
			itemIndex: fc.nat({ max: 30 }),
			prompt: fc.string({ maxLength: 3 }),
		});
		fc.assert(
			fc.property(fc.uniqueArray(key, { selector: (one) => JSON.stringify(one) }), (keys) => {
				const context = {};
				const page = ({ runIndex, itemIndex, prompt }: (typeof keys)[number]) =>
					new SubmissionStore(context, runIndex).record(itemIndex, { ...ORDER, prompt });
				keys.forEach((one, index) => page(one).write(accepted(`job-${index}`)));
				keys.forEach((one, index) => expect(page(one).read()).toEqual(accepted(`job-${index}`)));
			}),
		);
	});
});
