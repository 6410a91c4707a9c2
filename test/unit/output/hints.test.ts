import { hintsFor } from '../../../nodes/Veo/output/hints';

const ready = { json: { uuid: 'a', status: 'completed', videoUrl: 'https://host.example/a.mp4' } };
const file = { data: { mimeType: 'video/mp4', data: '' } };

const messages = (...given: Parameters<typeof hintsFor>) =>
	hintsFor(...given).map(({ message }) => message);

test('three videos by URL alone have one quiet word about URLs that expire', () => {
	const [hint, ...more] = hintsFor([ready, ready, ready]);
	expect(hint).toMatchObject({ type: 'info', message: expect.stringContaining('may expire') });
	expect(more).toEqual([]);
});

test.each([
	['a downloaded video', [{ ...ready, binary: file }]],
	['a video that is being made', [{ json: { uuid: 'a', status: 'processing', videoUrl: null } }]],
	['an uploaded image', [{ json: { imageUrl: 'https://host.example/a.jpg' } }]],
	['nothing', []],
])('%s needs no word', (_, items) => {
	expect(hintsFor(items, 5)).toEqual([]);
});

test('each kind of item that is no video is counted', () => {
	const error = { json: { error: 'Not enough credits', details: {} } };
	const items = [
		{ ...ready, binary: file },
		error,
		error,
		{ json: { uuid: 'b', status: 'failed' } },
		{ json: { uuid: 'c', status: 'timedOut' } },
	];
	expect(messages(items)).toEqual([
		expect.stringMatching(/^2 of 5 items went wrong/),
		expect.stringMatching(/^1 of 5 videos could not be made/),
		expect.stringMatching(/^1 of 5 videos were not ready in time/),
	]);
});

test('a poll interval below the advice of the provider is told', () => {
	expect(messages([], 2)).toEqual([expect.stringContaining("'Poll Interval' is 2 s")]);
	expect(messages([], 5)).toEqual([]);
	expect(messages([], undefined)).toEqual([]);
});
