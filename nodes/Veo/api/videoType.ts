import { err, ok, type Result } from '../result';

/** How many leading bytes detectVideoType needs. */
export const VIDEO_SIGNATURE_BYTES = 64;

/** A video's MIME type and its usual file extension, without the dot. */
export interface VideoType {
	mimeType: string;
	extension: string;
}

const MP4 = { mimeType: 'video/mp4', extension: 'mp4' };
const MOV = { mimeType: 'video/quicktime', extension: 'mov' };
const WEBM = { mimeType: 'video/webm', extension: 'webm' };
const MKV = { mimeType: 'video/x-matroska', extension: 'mkv' };

const IMAGE = 'an image';
const DOCUMENT = 'a document or an archive';

const VIDEO_EXTENSION = /[^\\/]\.(mp4|m4v|mov|qt|webm|mkv|avi|mpe?g|3gp|ogv|ts)$/i;

/** Whether a file name has the extension of a video; 'Mr. Fox vs. Dr. No' has none. */
export function hasVideoExtension(fileName: string): boolean {
	return VIDEO_EXTENSION.test(fileName);
}

/**
 * Detects a video's type from its first bytes, since hosts declare wrong types and send error pages
 * as videos. The declared type counts only for binary data of an unknown format.
 * @param start - VIDEO_SIGNATURE_BYTES bytes or more from the start of the file, fewer if it is
 *   shorter
 * @param contentType - the declared type, '' if absent
 * @returns an error that describes the content if it isn't a video
 */
export function detectVideoType(start: Buffer, contentType: string): Result<VideoType, string> {
	const head = start.subarray(0, VIDEO_SIGNATURE_BYTES);
	const text = head.toString('latin1');
	const box = text.slice(4, 8);
	if (isText(head)) return err(describeText(text));
	if (box === 'ftyp') return detectBrand(text.slice(8, 12));
	if (box === 'styp' || box === 'moof') return ok(MP4);
	// QuickTime files before 2001 have no brand
	if (/^(moov|mdat|wide|free|skip|pnot)$/.test(box)) return ok(MOV);
	if (text.startsWith('\x1a\x45\xdf\xa3')) return ok(text.includes('webm') ? WEBM : MKV);
	if (/^(\x89PNG|GIF8|\xff\xd8\xff|RIFF....WEBP)/s.test(text)) return err(IMAGE);
	if (/^(PK|%PDF)/.test(text) || text.startsWith('\x1f\x8b')) return err(DOCUMENT);
	const [mimeType = '', subtype = ''] =
		/^video\/(?:x-)?([a-z0-9.+-]{1,40})(?=\s*(?:;|$))/i.exec(contentType) ?? [];
	if (mimeType === '') return err('data in an unknown format');
	return ok(/^(mp4|m4v)$/i.test(subtype) ? MP4 : declaredType(mimeType.toLowerCase(), subtype));
}

/** The brand of an ISO base media file, which can also be an image or audio file. */
function detectBrand(brand: string): Result<VideoType, string> {
	if (brand === 'qt  ') return ok(MOV);
	if (/^(hei|hev|mif1|msf1|avi)/.test(brand)) return err(IMAGE);
	return /^M4[AB]/.test(brand) ? err('an audio file') : ok(MP4);
}

function declaredType(mimeType: string, subtype: string): VideoType {
	const known = [MOV, WEBM, MKV].find((type) => type.mimeType === mimeType);
	return known ?? { mimeType, extension: subtype.toLowerCase().replace(/[^a-z0-9]/g, '') || 'mp4' };
}

/** Videos have control characters in their first bytes, text only white space. */
function isText(head: Buffer): boolean {
	const isUtf16 = /^(\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2));
	return isUtf16 || head.every((byte) => byte > 31 || [9, 10, 12, 13, 27].includes(byte));
}

function describeText(text: string): string {
	const start = text.replace(/[^\x21-\x7e]/g, '').toLowerCase();
	if (/^<(!doctypehtml|html|head|body|script|title|!--)/.test(start)) return 'a web page';
	if (start.startsWith('<')) return 'XML';
	if (start.startsWith('%pdf')) return DOCUMENT;
	if (start.startsWith('gif8')) return IMAGE;
	return /^[[{]/.test(start) ? 'JSON' : 'text';
}
