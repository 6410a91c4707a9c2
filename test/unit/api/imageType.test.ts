import fc from 'fast-check';
import {
	detectImageType,
	MAX_IMAGE_BYTES,
	SIGNATURE_BYTES,
} from '../../../nodes/Veo/api/imageType';

const JPEG = 'ffd8ffe000104a4649460001';
const PNG = '89504e470d0a1a0a0000000d';
const WEBP = '52494646241a000057454250';

describe('the type of an image', () => {
	it.each([
		['JPEG', JPEG, 'image/jpeg', 'jpg'],
		['JPEG of a camera', 'ffd8ffe1', 'image/jpeg', 'jpg'],
		['PNG', PNG, 'image/png', 'png'],
		['WebP', WEBP, 'image/webp', 'webp'],
	])('%s is detected from its first bytes', (_, hex, mimeType, extension) => {
		expect(detectImageType(Buffer.from(hex, 'hex'))).toEqual({ mimeType, extension });
	});

	it.each([
		['an empty file', ''],
		['an incomplete signature of JPEG', 'ffd8'],
		['an incomplete signature of PNG', '89504e470d0a1a'],
		['an incomplete signature of WebP', '52494646241a0000574542'],
		['WAV audio, which has the same container as WebP', '52494646241a000057415645'],
		['GIF', '474946383961'],
		['BMP', '424d'],
		['HEIC', '000000186674797068656963'],
		['SVG', Buffer.from('<svg xmlns=').toString('hex')],
		['HTML', Buffer.from('<!doctype html>').toString('hex')],
		['PNG damaged by a transfer in text mode', '89504e470a1a0a'],
	])('%s is not an image that the API accepts', (_, hex) => {
		expect(detectImageType(Buffer.from(hex, 'hex'))).toBeUndefined();
	});

	it('depends only on its first bytes', () => {
		const signature = fc.constantFrom(JPEG, PNG, WEBP, '').map((hex) => Buffer.from(hex, 'hex'));
		fc.assert(
			fc.property(signature, fc.uint8Array({ maxLength: 64 }), (head, rest) => {
				const file = Buffer.concat([head, rest]);
				expect(detectImageType(file.subarray(0, SIGNATURE_BYTES))).toEqual(detectImageType(file));
			}),
		);
	});
});

it('the API accepts images of up to 50 MB', () => {
	expect(MAX_IMAGE_BYTES).toBe(52_428_800);
});
