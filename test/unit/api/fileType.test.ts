import fc from 'fast-check';
import {
	detectImageType,
	detectOtherType,
	MAX_IMAGE_BYTES,
	SIGNATURE_BYTES,
} from '../../../nodes/Veo/api/fileType';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const JPEG = '\xff\xd8\xff\xe0\0\x10JFIF\0\x01';
const PNG = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
const WEBP = 'RIFF\x24\x1a\0\0WEBPVP8 ';
const ftyp = (brands: string) => `\0\0\0\x18ftyp${brands}`;

describe('an accepted image type', () => {
	it.each([
		['JPEG', JPEG, 'image/jpeg', 'jpg'],
		['JPEG of a camera', '\xff\xd8\xff\xe1', 'image/jpeg', 'jpg'],
		['PNG', PNG, 'image/png', 'png'],
		['WebP', WEBP, 'image/webp', 'webp'],
		['WebP whose size contains a line feed', 'RIFF\n\n\n\nWEBP', 'image/webp', 'webp'],
	])('%s is detected', (_, head, mimeType, extension) => {
		expect(detectImageType(latin1(head))).toMatchObject({ mimeType, extension });
	});

	it.each([
		['an empty file', ''],
		['half a signature of JPEG', '\xff\xd8'],
		['half a signature of PNG', '\x89PNG\r\n\x1a'],
		['half a signature of WebP', 'RIFF\x24\x1a\0\0WEB'],
		['sound in the container of WebP', 'RIFF\x24\x1a\0\0WAVE'],
		['PNG damaged by a text transfer', '\x89PNG\n\x1a\n'],
		['text about PNG', 'a \x89PNG\r\n\x1a\n'],
	])('%s is not detected', (_, head) => {
		expect(detectImageType(latin1(head))).toBeUndefined();
	});

	it('needs only the first bytes', () => {
		const head = fc.constantFrom(JPEG, PNG, WEBP, '<html>', ftyp('heic'), '').map(latin1);
		fc.assert(
			fc.property(head, fc.uint8Array({ maxLength: 64 }), (start, rest) => {
				const file = Buffer.concat([start, rest, Buffer.alloc(SIGNATURE_BYTES)]);
				const cut = file.subarray(0, SIGNATURE_BYTES);
				expect(detectImageType(cut)).toEqual(detectImageType(file));
			}),
		);
	});

	it('has a minimum size that real images exceed', () => {
		// the smallest images of one pixel
		const smallest = { jpg: 125, png: 67, webp: 26 };
		for (const head of [JPEG, PNG, WEBP]) {
			const type = detectImageType(latin1(head));
			expect(type?.minBytes).toBeGreaterThan(20);
			expect(Object.entries(smallest)).toContainEqual([type?.extension, expect.any(Number)]);
			const [, bytes = 0] = Object.entries(smallest).find(([ext]) => ext === type?.extension) ?? [];
			expect(type?.minBytes).toBeLessThanOrEqual(bytes);
		}
	});
});

describe('any other type', () => {
	it.each([
		['<!DOCTYPE html><html>', 'webPage', 'a web page'],
		['\n  <HTML lang="en">', 'webPage', 'a web page'],
		['<!-- comment -->\n<head>', 'webPage', 'a web page'],
		['<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-">', 'webPage', 'a web page'],
		['\ufeff<html>', 'webPage', 'a web page'],
		['<h1>502 Bad Gateway</h1>', 'webPage', 'a web page'],
		['<?xml version="1.0"?><Error><Code>AccessDenied</Code>', 'text', 'XML'],
		['<rss version="2.0">', 'text', 'XML'],
		['<?xml version="1.0"?>', 'text', 'XML'],
		['{"error":"not found"}', 'text', 'JSON'],
		['[\n  { "a": 1 }', 'text', 'JSON'],
		['[]', 'text', 'JSON'],
		['<svg xmlns="http://www.w3.org/2000/svg">', 'image', 'an SVG image'],
		['<?xml version="1.0"?><!-- x --><svg>', 'image', 'an SVG image'],
		['<!DOCTYPE svg PUBLIC "-//W3C"><svg>', 'image', 'an SVG image'],
		['iVBORw0KGgoAAAANSUhEUgAAABAAAA', 'base64', 'Base64 text'],
		['data:image/png;base64,iVBO', 'base64', 'Base64 text'],
		['[object Object]', 'text', 'plain text'],
		['File not found\n', 'text', 'plain text'],
		['Geändert', 'text', 'plain text'],
		['BMW', 'text', 'plain text'],
	])('text: %p is %s', (head, category, name) => {
		expect(detectOtherType(Buffer.from(head))).toEqual({ category, name });
	});

	it('UTF-16 text is text', () => {
		const page = Buffer.from('\ufeff<!doctype html>', 'utf16le');
		expect(detectOtherType(page)?.name).toBe('a web page');
	});

	it.each([
		['GIF89a\x01\0', 'image', 'a GIF image'],
		['BM\x46\0\0\0\0\0\0\0', 'image', 'a BMP image'],
		['II*\0\x08', 'image', 'a TIFF or raw camera image'],
		['MM\0*\0', 'image', 'a TIFF or raw camera image'],
		[ftyp('heic\0\0\0\0mif1heic'), 'image', 'a HEIC image'],
		[ftyp('mif1\0\0\0\0mif1heic'), 'image', 'a HEIC image'],
		[ftyp('avif\0\0\0\0'), 'image', 'an AVIF image'],
		[ftyp('mif1\0\0\0\0avifmif1'), 'image', 'an AVIF image'],
		['\0\0\0\x0cJXL \r\n', 'image', 'a JPEG XL image'],
		['%PDF-1.7\n%\xe2\xe3', 'other', 'a PDF document'],
		['%PDF-1.7\n1 0 obj', 'other', 'a PDF document'],
		[ftyp('qt  '), 'other', 'a QuickTime video'],
		[ftyp('isom'), 'other', 'an MP4 video'],
		['\x1aE\xdf\xa3\x01', 'other', 'a WebM or Matroska video'],
		['RIFF\0\0\0\0WAVE', 'other', 'an audio file'],
		['ID3\x04\0', 'other', 'an audio file'],
		['PK\x03\x04', 'other', 'a ZIP archive or Office document'],
	])('binary: %p is %s', (head, category, name) => {
		expect(detectOtherType(latin1(head))).toEqual({ category, name });
	});

	it('random bytes are unknown', () => {
		expect(detectOtherType(latin1('\x01\x02\x03\x04'))).toBeUndefined();
	});

	it('any file is classified without an exception', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: SIGNATURE_BYTES }), (bytes) => {
				expect(() => detectOtherType(Buffer.from(bytes))).not.toThrow();
			}),
		);
	});
});

it('the API accepts images of up to 50 MB', () => {
	expect(MAX_IMAGE_BYTES).toBe(52_428_800);
});
