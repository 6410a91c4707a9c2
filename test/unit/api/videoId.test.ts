import fc from 'fast-check';
import { videoIdProblem } from '../../../nodes/Veo/api/videoId';
import { UUID } from '../support/simulatedApi';

describe('a video id', () => {
	it.each([UUID, UUID.toUpperCase(), 'job_1', '42', 'a.b', 'veo:42', 'x', 'a'.repeat(128)])(
		'may be %j',
		(id) => {
			expect(videoIdProblem(id)).toBeUndefined();
		},
	);

	it.each([
		['', 'is empty'],
		['undefined', 'finds nothing'],
		['null', 'finds nothing'],
		['NaN', 'finds nothing'],
		['[object Object]', 'finds nothing'],
		['https://media.example.com/1.mp4', 'is a URL'],
		['HTTP://media.example.com', 'is a URL'],
		['a'.repeat(129), 'longer'],
		['.', 'characters'],
		['..', 'characters'],
		['-', 'characters'],
		['___', 'characters'],
		['../generate-video', 'characters'],
		['a/b', 'characters'],
		['a\\b', 'characters'],
		['a b', 'characters'],
		['a?b', 'characters'],
		['a#b', 'characters'],
		['a%2fb', 'characters'],
		['a\nb', 'characters'],
		['ä', 'characters'],
		['{{ $json.uuid }}', 'characters'],
	])('may not be %j, which %s', (id, flaw) => {
		expect(videoIdProblem(id)).toContain(flaw);
	});

	it('that is accepted always stays one segment of the path', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.webPath(), fc.uuid()), (id) => {
				if (videoIdProblem(id) !== undefined) return;
				// as it is, though it is sent encoded: no proxy that decodes it can be misled either
				const url = new URL(`https://host/api/video-status/${id}`);
				expect(url.pathname).toBe(`/api/video-status/${id}`);
				expect(url.search + url.hash).toBe('');
			}),
			{ numRuns: 1000 },
		);
	});
});
