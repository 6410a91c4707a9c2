import fc from 'fast-check';
import { imageTypeOf, MAX_IMAGE_BYTES, SIGNATURE_BYTES } from '../../../nodes/Veo/api/imageType';

const JPEG = 'ffd8ffe000104a4649460001';
const PNG = '89504e470d0a1a0a0000000d';
const WEBP = '52494646241a000057454250';

describe("an image's type", () => {
	it.each([
		['JPEG', JPEG, 'image/jpeg', 'jpg'],
		['JPEG of a camera', 'ffd8ffe1', 'image/jpeg', 'jpg'],
		['PNG', PNG, 'image/png', 'png'],
		['WebP', WEBP, 'image/webp', 'webp'],
	])('%s is told by its first bytes', (_, hex, mimeType, extension) => {
		expect(imageTypeOf(Buffer.from(hex, 'hex'))).toEqual({ mimeType, extension });
	});

	it.each([
		['an empty file', ''],
		['half a signature of JPEG', 'ffd8'],
		['half a signature of PNG', '89504e470d0a1a'],
		['half a signature of WebP', '52494646241a0000574542'],
		['sound in the container of WebP', '52494646241a000057415645'],
		['GIF', '474946383961'],
		['BMP', '424d'],
		['HEIC', '000000186674797068656963'],
		['SVG', Buffer.from('<svg xmlns=').toString('hex')],
		['HTML', Buffer.from('<!doctype html>').toString('hex')],
		['PNG spoilt by a text transfer', '89504e470a1a0a'],
	])('%s is none that the API takes', (_, hex) => {
		expect(imageTypeOf(Buffer.from(hex, 'hex'))).toBeUndefined();
	});

	it('needs no more than its first bytes', () => {
		const signature = fc.constantFrom(JPEG, PNG, WEBP, '').map((hex) => Buffer.from(hex, 'hex'));
		fc.assert(
			fc.property(signature, fc.uint8Array({ maxLength: 64 }), (head, rest) => {
				const file = Buffer.concat([head, rest]);
				expect(imageTypeOf(file.subarray(0, SIGNATURE_BYTES))).toEqual(imageTypeOf(file));
			}),
		);
	});
});

it('the API takes images of up to 50 MB', () => {
	expect(MAX_IMAGE_BYTES).toBe(52_428_800);
});
