import { hintsFor } from '../../../nodes/Veo/output/hints';

const completed = {
	json: { uuid: 'a', status: 'completed', videoUrl: 'https://host.example/a.mp4' },
};
const file = { data: { mimeType: 'video/mp4', data: '' } };

const messages = (...parameters: Parameters<typeof hintsFor>) =>
	hintsFor(...parameters).map(({ message }) => message);

test('a user who gets only URLs reads one info that they can expire', () => {
	const [hint, ...more] = hintsFor([completed, completed, completed]);
	expect(hint).toMatchObject({
		type: 'info',
		message: expect.stringContaining('Video URLs can expire'),
	});
	expect(more).toEqual([]);
});

test.each([
	['a downloaded video', [{ ...completed, binary: file }]],
	[
		'a video that is still being generated',
		[{ json: { uuid: 'a', status: 'processing', videoUrl: null } }],
	],
	['an uploaded image', [{ json: { imageUrl: 'https://host.example/a.jpg' } }]],
	['nothing', []],
])('%s needs no hint', (_, items) => {
	expect(hintsFor(items, 5)).toEqual([]);
});

test('a user reads how many items have no video, by reason', () => {
	const error = { json: { error: 'Not enough credits', status: 'failed', details: {} } };
	const items = [
		{ ...completed, binary: file },
		error,
		error,
		{ json: { uuid: 'b', status: 'failed' } },
		{ json: { uuid: 'c', status: 'timedOut' } },
	];
	expect(messages(items)).toEqual([
		"2 of 5 items couldn't be processed. See 'error' and 'details' in those items.",
		"1 of 5 videos couldn't be generated. See its 'errorMessage'.",
		"1 of 5 videos wasn't ready before the timeout. Generation continues; retrieve it later with 'Get Status'.",
	]);
});

test.each([
	[
		1,
		"The video isn't ready yet. To retrieve it later, connect a Veo node with the operation 'Get Status'.",
	],
	[
		2,
		"The videos aren't ready yet. To retrieve them later, connect a Veo node with the operation 'Get Status'.",
	],
])('a user who generates without waiting reads how to get %d videos', (count, message) => {
	const items = ['pending', 'processing'].map((status) => ({ json: { status, videoUrl: null } }));
	const [hint, ...more] = hintsFor(items.slice(0, count), undefined, true);
	expect(hint).toMatchObject({ type: 'info', message });
	expect(more).toEqual([]);
	expect(hintsFor([completed, { json: { status: 'timedOut' } }], 5, true)).toEqual(
		hintsFor([completed, { json: { status: 'timedOut' } }], 5),
	);
});

test.each([
	[1, "1 of 1 item couldn't be processed. See 'error' and 'details' in that item."],
	[2, "2 of 2 items couldn't be processed. See 'error' and 'details' in those items."],
])('%d failed items are counted in the correct grammatical number', (count, message) => {
	const items = Array.from({ length: count }, () => ({ json: { error: 'x', details: {} } }));
	expect(messages(items)).toEqual([message]);
});

test('a user reads that the poll interval is shorter than recommended', () => {
	expect(messages([], 2)).toEqual([
		"'Poll Interval' is 2 seconds. The API provider recommends at least 5 seconds.",
	]);
	expect(messages([], 1)).toEqual([expect.stringContaining("'Poll Interval' is 1 second.")]);
	expect(messages([], 5)).toEqual([]);
	expect(messages([], undefined)).toEqual([]);
});
