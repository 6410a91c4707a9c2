/** Number of leading bytes that identify an image type. */
export const SIGNATURE_LENGTH = 12;

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The supported image types, with the file extension of each. */
export const IMAGE_EXTENSIONS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };
export type ImageType = keyof typeof IMAGE_EXTENSIONS;

/**
 * Detects an image type from the content, not from the name or declared type.
 * @param head the first {@link SIGNATURE_LENGTH} bytes, or all bytes of a shorter file
 * @returns null if the type isn't supported
 */
export function detectImageType(head: Buffer): ImageType | null {
	if (head.subarray(0, 3).equals(JPEG)) return 'image/jpeg';
	if (head.subarray(0, 8).equals(PNG)) return 'image/png';
	const isRiff = head.toString('latin1', 0, 4) === 'RIFF';
	if (isRiff && head.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
	return null;
}
