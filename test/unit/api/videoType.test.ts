import { detectVideoType } from '../../../nodes/Veo/api/videoType';
import { OTHER_FILES, VIDEOS } from '../support/videoFiles';

const WRONG_TYPES = ['', 'text/plain', 'application/json', 'text/html', 'application/octet-stream'];

describe.each(Object.entries(VIDEOS))('%s', (_, { bytes, ...type }) => {
	it.each(WRONG_TYPES)('is a video if it is declared as %j', (contentType) => {
		expect(detectVideoType(bytes, contentType)).toEqual({ ok: true, value: type });
	});
});

describe.each(Object.entries(OTHER_FILES))('%s', (_, bytes) => {
	it.each(['', 'application/octet-stream', 'video/mp4'])("isn't a video as %j", (contentType) => {
		expect(detectVideoType(bytes, contentType)).toMatchObject({ ok: false });
	});
});

it.each([
	['a web page', 'a web page'],
	['a page in UTF-16', 'a web page'],
	['an XML error', 'XML'],
	['a JSON error', 'JSON'],
	['text', 'text'],
	['a GIF image', 'an image'],
	['a HEIC image', 'an image'],
	['a PDF document', 'a document or an archive'],
] as const)('describes %s as %s', (name, error) => {
	expect(detectVideoType(OTHER_FILES[name], 'video/mp4')).toEqual({ ok: false, error });
});

describe('binary data of an unknown format', () => {
	it.each([
		['video/mp4', 'video/mp4', 'mp4'],
		['Video/MP4; codecs="avc1"', 'video/mp4', 'mp4'],
		['video/quicktime', 'video/quicktime', 'mov'],
		['video/x-matroska;v=1', 'video/x-matroska', 'mkv'],
		['video/mpeg', 'video/mpeg', 'mpeg'],
		['video/x-flv', 'video/x-flv', 'flv'],
	])('has the declared type %j', (contentType, mimeType, extension) => {
		const value = { mimeType, extension };
		expect(detectVideoType(Buffer.alloc(64), contentType)).toEqual({ ok: true, value });
	});

	it.each([
		'',
		'application/octet-stream',
		'text/plain',
		'video/',
		'video/"><script>',
		'xvideo/mp4',
	])("isn't a video as %j", (contentType) => {
		const error = 'data in an unknown format';
		expect(detectVideoType(Buffer.alloc(64), contentType)).toEqual({ ok: false, error });
	});
});
