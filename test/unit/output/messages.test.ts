import fc from 'fast-check';
import { mayHaveBeenAccepted, type VeoErrorKind } from '../../../nodes/Veo/api/errors';
import { downloadErrorMessage, errorMessage, type Action } from '../../../nodes/Veo/output/messages';
import type { JsonObject } from '../../../nodes/Veo/api/types';
import { anError, ERROR_KINDS } from '../support/errors';
import { UUID } from '../support/simulatedApi';

const ACTIONS: readonly Action[] = ['submit', 'look', 'upload'];
const EVERY_CALL = ERROR_KINDS.flatMap((kind) =>
	ACTIONS.map((action): [VeoErrorKind, Action] => [kind, action]),
);
/** n8n's guidelines: these words frighten and say nothing. */
const FORBIDDEN = /\b(error|problem|failure|mistake)/i;
const whole = { code: 4242, httpStatus: 418 };

describe('what a user reads when a call does not go well', () => {
	it.each(EVERY_CALL)('%s of %s: what happened, and what to do next', (kind, action) => {
		const { message, description } = errorMessage(anError(kind, whole), action);
		expect(message).toMatch(/^[A-Z].*[^.]$/);
		expect(message).not.toMatch(FORBIDDEN);
		expect(message).not.toMatch(/[{}]|undefined|null|NaN/);
		expect(description).toMatch(/\.$/);
		expect(description).not.toMatch(/[{}]|undefined|null|NaN/);
	});

	it.each(EVERY_CALL)('%s of %s: the video is named where there is one', (kind, action) => {
		const { message, description } = errorMessage(anError(kind, whole), action, UUID);
		expect(message).toContain(UUID);
		expect(message).not.toMatch(FORBIDDEN);
		expect(description).toContain(UUID);
		expect(description).toContain('not lost');
	});

	it.each(EVERY_CALL)("%s of %s: the API's own words are quoted", (kind, action) => {
		const words = errorMessage(anError(kind, { ...whole, detail: 'its own words' }), action);
		expect(words.description).toContain('"its own words"');
		expect(words.message).not.toContain('its own words');
	});

	it.each(EVERY_CALL)('%s of %s: nothing is quoted where nothing was said', (kind, action) => {
		expect(errorMessage(anError(kind, whole), action).description).not.toContain('""');
	});

	it.each(ERROR_KINDS)('%s: only a doubtful order may have been paid for', (kind) => {
		const error = anError(kind, whole);
		const warned = (action: Action) =>
			errorMessage(error, action).description.includes('may have been accepted and paid for');
		expect(warned('submit')).toBe(mayHaveBeenAccepted(error));
		expect(warned('look')).toBe(false);
		expect(warned('upload')).toBe(false);
	});

	it('a doubtful order says where to look, and that it was not sent again', () => {
		const { description } = errorMessage(anError('timeout'), 'submit');
		expect(description).toContain('was not sent again');
		expect(description).toContain("your account with the API's provider");
	});

	it('an order that was never sent raises no doubt', () => {
		const { description } = errorMessage(anError('stopped', { unsent: true }), 'submit');
		expect(description).not.toContain('paid for');
	});

	it('a stop is called canceled, as n8n needs it to show one', () => {
		expect(errorMessage(anError('stopped'), 'look').message).toContain('canceled');
	});

	it.each<[VeoErrorKind, string]>([
		['gateway', 'HTTP 418'],
		['notVeoApi', 'HTTP 418'],
		['redirect', 'HTTP 418'],
		['serverFault', 'code 4242'],
		['unknownCode', 'code 4242'],
	])('%s tells the %s', (kind, number) => {
		expect(errorMessage(anError(kind, whole), 'look').message).toContain(number);
	});
});

describe('too few credits', () => {
	it('tells how many are needed and how many there are', () => {
		const data = { required: 30, current: 4 };
		const { message, description } = errorMessage(
			anError('insufficientCredits', { code: 1001, data }),
			'submit',
		);
		expect(message).toBe('Not enough credits: the video needs 30, the account has 4');
		expect(description).toContain('Add credits');
		expect(description).toContain('No video was ordered');
	});

	it('tells zero as zero, and numbers that came as text', () => {
		const data = { required: '30', current: 0 };
		const { message } = errorMessage(anError('insufficientCredits', { data }), 'submit');
		expect(message).toBe('Not enough credits: the video needs 30, the account has 0');
	});

	it.each<JsonObject | undefined>([undefined, {}, { required: 30 }, { current: 4 }])(
		'is plain with the data %j',
		(data) => {
			const { message } = errorMessage(anError('insufficientCredits', { data }), 'submit');
			expect(message).toBe('The Veo API account has too few credits');
		},
	);
});

describe('an id that the API does not take', () => {
	it('is told by the parameter that holds it', () => {
		const { message, description } = errorMessage(anError('invalidParameters'), 'look', UUID);
		expect(message).toBe(`The Veo API does not accept this video ID (video ${UUID})`);
		expect(description).toContain("'Video ID'");
	});

	it('is no matter of an order', () => {
		expect(errorMessage(anError('invalidParameters'), 'submit').message).not.toContain('video ID');
	});
});

describe('a video that could not be fetched', () => {
	it.each(ERROR_KINDS)('%s: is named, not lost, and told without alarm', (kind) => {
		for (const httpStatus of [undefined, 200, 403, 503]) {
			const words = downloadErrorMessage(anError(kind, { httpStatus, detail: 'text/html' }), UUID);
			expect(words.message).toContain(UUID);
			expect(words.message).not.toMatch(FORBIDDEN);
			expect(words.description).toContain(`run 'Download' with the ID ${UUID}`);
		}
	});

	it('tells that the host sent something else', () => {
		const error = anError('notVeoApi', { httpStatus: 200, detail: 'text/html' });
		expect(downloadErrorMessage(error, UUID)).toMatchObject({
			message: `The host of the video ${UUID} sent no video`,
			description: expect.stringContaining('It sent text/html'),
		});
	});

	it('tells that the URL may have expired', () => {
		const { message, description } = downloadErrorMessage(
			anError('notVeoApi', { httpStatus: 403 }),
			UUID,
		);
		expect(message).toContain('HTTP 403');
		expect(description).toContain('may have expired');
	});
});

it("the API's words never change the message", () => {
	fc.assert(
		fc.property(fc.constantFrom(...EVERY_CALL), fc.string(), ([kind, action], detail) => {
			const plain = errorMessage(anError(kind, whole), action);
			expect(errorMessage(anError(kind, { ...whole, detail }), action).message).toBe(plain.message);
		}),
	);
});
