import { videoFileName } from '../../../nodes/Veo/parameters/downloadTarget';

const webm = { mimeType: 'video/webm', extension: 'webm' };
const nameOf = (fileName: string) => videoFileName({ property: 'data', fileName }, 'a-uuid', webm);

it.each([
	['', 'a-uuid.webm'],
	['sunrise', 'sunrise.webm'],
	['Mr. Fox vs. Dr. No', 'Mr. Fox vs. Dr. No.webm'],
	['v1.2', 'v1.2.webm'],
	['sunrise.', 'sunrise.webm'],
	['To be continued...', 'To be continued.webm'],
	['clips/', 'clips/a-uuid.webm'],
	['clips/sunrise', 'clips/sunrise.webm'],
])('completes %j to %j', (fileName, expected) => {
	expect(nameOf(fileName)).toBe(expected);
});

it.each(['a.mp4', 'A.MP4', 'a.b.mov', 'clips/a.mkv', 'a.webm', 'a.avi', 'a.m4v'])(
	'keeps %j, the extension of a video',
	(fileName) => expect(nameOf(fileName)).toBe(fileName),
);
