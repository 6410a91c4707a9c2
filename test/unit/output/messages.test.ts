import fc from 'fast-check';
import { mayHaveBeenAccepted, type VeoErrorKind } from '../../../nodes/Veo/api/errors';
import {
	downloadErrorMessage,
	errorMessage,
	type Action,
} from '../../../nodes/Veo/output/messages';
import type { JsonObject } from '../../../nodes/Veo/api/types';
import { createError, ERROR_KINDS } from '../support/errors';
import { UUID } from '../support/simulatedApi';

const ACTIONS: readonly Action[] = ['submit', 'getStatus', 'upload'];
const EVERY_CALL = ERROR_KINDS.flatMap((kind) =>
	ACTIONS.map((action): [VeoErrorKind, Action] => [kind, action]),
);
/** n8n's UX guidelines advise against these words in messages. */
const FORBIDDEN = /\b(error|problem|failure|mistake)/i;
const numbers = { code: 4242, httpStatus: 418 };

describe('a user reads, after a failed call,', () => {
	it.each(EVERY_CALL)('%s of %s: what happened and what to do next', (kind, action) => {
		const { message, description } = errorMessage(createError(kind, numbers), action);
		expect(message).toMatch(/^('Base URL'|[A-Z]).*[^.]$/);
		expect(message).not.toMatch(FORBIDDEN);
		expect(message).not.toMatch(/[{}]|undefined|null|NaN/);
		expect(description).toMatch(/\.$/);
		expect(description).not.toMatch(/[{}]|undefined|null|NaN/);
	});

	it.each(EVERY_CALL)('%s of %s: the ID of the video, if it is known', (kind, action) => {
		const { message, description } = errorMessage(createError(kind, numbers), action, UUID);
		expect(message).toContain(UUID);
		expect(message).not.toMatch(FORBIDDEN);
		expect(description).toContain(UUID);
		expect(description).toContain(`Video ${UUID} isn't lost: retrieve it later with 'Get Status'`);
	});

	it.each(EVERY_CALL)('%s of %s: the wording of the API', (kind, action) => {
		const error = createError(kind, { ...numbers, detail: 'the API wording' });
		const { message, description } = errorMessage(error, action);
		expect(description).toContain('"the API wording"');
		expect(message).not.toContain('the API wording');
	});

	it.each(EVERY_CALL)('%s of %s: no empty quotation', (kind, action) => {
		expect(errorMessage(createError(kind, numbers), action).description).not.toContain('""');
	});

	it.each(ERROR_KINDS)('%s: a warning only if the submission may have been charged', (kind) => {
		const error = createError(kind, numbers);
		const hasWarning = (action: Action) =>
			errorMessage(error, action).description.includes(
				'The request may still have been accepted and charged',
			);
		expect(hasWarning('submit')).toBe(mayHaveBeenAccepted(error));
		expect(hasWarning('getStatus')).toBe(false);
		expect(hasWarning('upload')).toBe(false);
	});

	it('where to check a submission that may have been charged, and that it was not retried', () => {
		const { description } = errorMessage(createError('timeout'), 'submit');
		expect(description).toContain("so it wasn't retried");
		expect(description).toContain('check the video list in your provider account');
	});

	it('no warning for a submission that was not sent', () => {
		const { description } = errorMessage(createError('canceled', { unsent: true }), 'submit');
		expect(description).not.toContain('charged');
	});

	it('the word canceled after a cancellation, which n8n needs to show it as one', () => {
		expect(errorMessage(createError('canceled'), 'getStatus').message).toContain('canceled');
	});

	it.each<[VeoErrorKind, string]>([
		['gateway', 'HTTP 418'],
		['notVeoApi', 'HTTP 418'],
		['redirect', 'HTTP 418'],
		['serverError', '(code 4242)'],
		['unknownCode', '(4242)'],
	])('%s: the number in "%s"', (kind, number) => {
		expect(errorMessage(createError(kind, numbers), 'getStatus').message).toContain(number);
	});
});

describe('a user with too few credits', () => {
	it('reads how many are required and how many are available', () => {
		const data = { required: 30, current: 4 };
		const { message, description } = errorMessage(
			createError('insufficientCredits', { code: 1001, data }),
			'submit',
		);
		expect(message).toBe('Not enough credits: 30 required, 4 available');
		expect(description).toContain('Add credits');
		expect(description).toContain('No video was submitted');
	});

	it('reads zero, and numbers that the API sent as text', () => {
		const data = { required: '30', current: 0 };
		const { message } = errorMessage(createError('insufficientCredits', { data }), 'submit');
		expect(message).toBe('Not enough credits: 30 required, 0 available');
	});

	it.each<JsonObject | undefined>([undefined, {}, { required: 30 }, { current: 4 }])(
		'reads a message without numbers for the data %j',
		(data) => {
			const { message } = errorMessage(createError('insufficientCredits', { data }), 'submit');
			expect(message).toBe('Not enough credits in the Veo API account');
		},
	);
});

describe('a user whose video ID was rejected', () => {
	it('reads which parameter to check', () => {
		const { message, description } = errorMessage(
			createError('invalidParameters'),
			'getStatus',
			UUID,
		);
		expect(message).toBe(`The Veo API rejected the video ID (video ${UUID})`);
		expect(description).toContain("'Video ID'");
	});

	it('does not read about it after a submission', () => {
		expect(errorMessage(createError('invalidParameters'), 'submit').message).not.toContain(
			'video ID',
		);
	});
});

describe('a user whose video could not be downloaded', () => {
	it.each(ERROR_KINDS)('reads its ID and how to get a new URL: %s', (kind) => {
		for (const httpStatus of [undefined, 200, 403, 503]) {
			const error = createError(kind, { httpStatus, detail: 'text/html' });
			const { message, description } = downloadErrorMessage(error, UUID);
			expect(message).toContain(UUID);
			expect(message).not.toMatch(FORBIDDEN);
			expect(description).toContain(`Run 'Download' with the ID ${UUID} to get a new URL.`);
		}
	});

	it('reads that the host returned something else', () => {
		const error = createError('notVeoApi', { httpStatus: 200, detail: 'text/html' });
		expect(downloadErrorMessage(error, UUID)).toMatchObject({
			message: `The host of video ${UUID} didn't return a video`,
			description: expect.stringContaining('It returned text/html'),
		});
	});

	it('reads that the URL may have expired', () => {
		const { message, description } = downloadErrorMessage(
			createError('notVeoApi', { httpStatus: 403 }),
			UUID,
		);
		expect(message).toContain('HTTP 403');
		expect(description).toContain('may have expired');
	});
});

it('the wording of the API never changes the message', () => {
	fc.assert(
		fc.property(fc.constantFrom(...EVERY_CALL), fc.string(), ([kind, action], detail) => {
			const plain = errorMessage(createError(kind, numbers), action);
			expect(errorMessage(createError(kind, { ...numbers, detail }), action).message).toBe(
				plain.message,
			);
		}),
	);
});
