const box = (type: string, brand = '') =>
	Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(type + brand, 'latin1')]);
const ebml = (docType: string) =>
	Buffer.concat([
		Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282', 'hex'),
		Buffer.from([0x80 | docType.length]),
		Buffer.from(docType),
	]);
const padding = Buffer.alloc(2000, 7);
const file = (head: Buffer) => Buffer.concat([head, padding]);

/** Files with the first bytes of real videos, and the type of each. */
export const VIDEOS = {
	mp4: { bytes: file(box('ftyp', 'isom')), mimeType: 'video/mp4', extension: 'mp4' },
	fragmentedMp4: { bytes: file(box('styp', 'msdh')), mimeType: 'video/mp4', extension: 'mp4' },
	mov: { bytes: file(box('ftyp', 'qt  ')), mimeType: 'video/quicktime', extension: 'mov' },
	oldMov: { bytes: file(box('moov')), mimeType: 'video/quicktime', extension: 'mov' },
	webm: { bytes: file(ebml('webm')), mimeType: 'video/webm', extension: 'webm' },
	mkv: { bytes: file(ebml('matroska')), mimeType: 'video/x-matroska', extension: 'mkv' },
};

const text = (content: string) => file(Buffer.from(content.padEnd(80)));

/** Responses that aren't videos, and how an error describes each. */
export const OTHER_FILES = {
	'a web page': text('\r\n<!DOCTYPE html><html><body>Sign in</body></html>'),
	'a page with a comment': text('<!-- cached --><html></html>'),
	'a page with a BOM': text('\ufeff<html></html>'),
	'a page in UTF-16': Buffer.from('\ufeff<html></html>', 'utf16le'),
	'an XML error': text('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
	'a JSON error': text('{"error":"expired"}'),
	'a JSON list': text(' [1]'),
	text: text('100 free credits'),
	'an empty line': Buffer.from('\n'),
	'a PNG image': file(Buffer.from('89504e470d0a1a0a0000', 'hex')),
	'a GIF image': file(Buffer.from('GIF89a\x01\x00', 'latin1')),
	'a JPEG image': file(Buffer.from('ffd8ffe000104a464946', 'hex')),
	'a WebP image': file(Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')),
	'a HEIC image': file(box('ftyp', 'heic')),
	'an AVIF image': file(box('ftyp', 'avif')),
	'an audio file': file(box('ftyp', 'M4A ')),
	'a PDF document': text('%PDF-1.7'),
	'a ZIP archive': file(Buffer.from('PK\x03\x04\x14\0', 'latin1')),
	'a gzip archive': file(Buffer.from('1f8b0800', 'hex')),
};
