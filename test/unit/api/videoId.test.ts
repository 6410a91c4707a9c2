import fc from 'fast-check';
import { normalizeVideoId, videoIdFromText, videoIdProblem } from '../../../nodes/Veo/api/videoId';
import { UUID, VIDEO_URL } from '../support/simulatedApi';

describe('a video ID', () => {
	it.each([
		...[UUID, UUID.toUpperCase(), 'job_1', '42', 'a.b', 'veo:42', 'x', 'a'.repeat(512), 'ä'],
		...['a/b', 'a\\b', 'a b', 'a?b', 'a#b', 'a%2fb', 'YWJj=='],
	])('can be %j', (id) => {
		expect(videoIdProblem(id)).toBeUndefined();
	});

	it.each([
		['', 'is empty'],
		['undefined', "is 'undefined'. The expression didn't return a value for this item."],
		['null', "is 'null'. The expression didn't return a value for this item."],
		['NaN', "is 'NaN'. The expression didn't return a value for this item."],
		['[object Object]', "is '[object Object]'. The expression didn't return a value"],
		['https://media.example.com/1.mp4', "is a URL that doesn't contain an ID"],
		['HTTP://media.example.com', "is a URL that doesn't contain an ID"],
		['a'.repeat(513), 'is too long (maximum 512 characters)'],
		['.', 'contains invalid characters'],
		['..', 'contains invalid characters'],
		['-', 'contains invalid characters'],
		['___', 'contains invalid characters'],
		['../generate-video', 'contains invalid characters'],
		['a\\..', 'contains invalid characters'],
		['a\nb', 'contains invalid characters'],
	])("can't be %j, since it %s", (id, problem) => {
		expect(videoIdProblem(id)).toContain(problem);
	});

	it('that is valid is always a single path segment', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.webPath(), fc.uuid()), (id) => {
				if (videoIdProblem(id) !== undefined) return;
				const encoded = encodeURIComponent(id);
				const url = new URL(`https://host/api/video-status/${encoded}`);
				expect(url.pathname).toBe(`/api/video-status/${encoded}`);
				expect(url.search + url.hash).toBe('');
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('a user who pastes a URL instead of the ID', () => {
	it.each([
		['a status URL', `https://veo3o1.com/api/video-status/${UUID}`, UUID],
		['a status URL with a trailing slash', `https://veo3o1.com/api/video-status/${UUID}/`, UUID],
		['a status URL with a query', `https://veo3o1.com/api/video-status/${UUID}?v=1`, UUID],
		['a status URL whose ID is not a UUID', 'http://localhost:3000/video-status/job_1', 'job_1'],
		['a status URL with an encoded ID', 'https://host.example/video-status/veo%3A42', 'veo:42'],
		['a video URL named after the ID', VIDEO_URL, UUID],
		['a signed video URL', `${VIDEO_URL}?signature=abc&expires=1`, UUID],
		['a video URL with an uppercase extension', 'https://m.example/v/job_1.MP4', 'job_1'],
		['a video URL with another extension', `https://m.example/${UUID}.webm`, UUID],
		['a video URL with a suffix after the ID', `https://m.example/${UUID}-1080p.mp4`, UUID],
		['a URL with a UUID in its path', `https://veo3o1.com/videos/${UUID}/share`, UUID],
		['a URL with an uppercase scheme', `HTTPS://veo3o1.com/videos/${UUID}`, UUID],
	])('gets the ID of %s', (_, url, id) => {
		expect(videoIdFromText(url)).toBe(id);
		expect(videoIdProblem(id)).toBeUndefined();
	});

	it.each([
		['a host only', 'https://veo3o1.com'],
		['a path without an ID', 'https://veo3o1.com/pricing'],
		['a status path without an ID', 'https://veo3o1.com/api/video-status/'],
		['a UUID only in the query', `https://veo3o1.com/watch?v=${UUID}`],
		['a UUID only in the fragment', `https://veo3o1.com/#${UUID}`],
		['invalid percent-encoding', 'https://host.example/video-status/%E0%A4%A'],
		['no host', 'https://'],
	])('gets the message that the URL contains no ID, for %s', (_, url) => {
		expect(videoIdFromText(url)).toBe(url);
		expect(videoIdProblem(url)).toBe("is a URL that doesn't contain an ID");
	});

	it.each(['https://h.example/video-status/%2E%2E%2Fgenerate-video', 'https://h.example/-.mp4'])(
		'never gets an invalid ID accepted: %s',
		(url) => {
			expect(videoIdProblem(videoIdFromText(url))).toBe('contains invalid characters');
		},
	);
});

it.each([UUID, 'job_1', '', ' ', '../generate-video', 'ftp://host.example/job_1.mp4', 'job_1.mp4'])(
	'%j is not an http(s) URL and stays unchanged',
	(text) => {
		expect(videoIdFromText(text)).toBe(text);
	},
);

it('any text yields a text, without an exception', () => {
	const anyText = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true }));
	fc.assert(
		fc.property(anyText, (text) => {
			expect(typeof videoIdFromText(text)).toBe('string');
		}),
	);
});

describe('the spellings of one ID', () => {
	const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';

	it.each([
		[uuid.toUpperCase(), uuid],
		[uuid.replaceAll('-', ''), uuid],
		[` ${uuid}\n`, uuid],
		['ABC', 'abc'],
	])('%j and %j are equal', (one, other) => {
		expect(normalizeVideoId(one)).toBe(normalizeVideoId(other));
	});

	it.each([
		['video-1-11', 'video-11-1'],
		[uuid, uuid.replace('0f', '0e')],
	])('%j and %j are separate IDs', (one, other) => {
		expect(normalizeVideoId(one)).not.toBe(normalizeVideoId(other));
	});
});
