/** Largest image that the API accepts (docs/api-contract.md, "POST /upload-video-image"). */
export const MAX_IMAGE_BYTES = 50 * 1024 * 1024;

/** How many leading bytes detectImageType needs. */
export const SIGNATURE_BYTES = 12;

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** An image's MIME type and its usual file extension, without the dot. */
export interface ImageType {
	mimeType: string;
	extension: string;
}

/**
 * Detects an image's type from its first bytes, since declared types and file names are often wrong.
 * @param head - at least SIGNATURE_BYTES bytes from the start of the file, fewer if it is shorter
 * @returns undefined unless it is a JPEG, PNG or WebP image, the types that the API accepts
 */
export function detectImageType(head: Buffer): ImageType | undefined {
	if (head.subarray(0, 3).equals(JPEG)) return { mimeType: 'image/jpeg', extension: 'jpg' };
	if (head.subarray(0, 8).equals(PNG)) return { mimeType: 'image/png', extension: 'png' };
	if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') {
		return { mimeType: 'image/webp', extension: 'webp' };
	}
	return undefined;
}
