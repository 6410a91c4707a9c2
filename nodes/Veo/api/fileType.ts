/** Largest image that the API accepts (docs/api-contract.md, "POST /upload-video-image"). */
export const MAX_IMAGE_BYTES = 50 * 1024 * 1024;

/** How many leading bytes the functions of this file need. */
export const SIGNATURE_BYTES = 1024;

/** An image type that the API accepts. */
export interface ImageType {
	mimeType: string;
	/** The usual file extension, without the dot. */
	extension: string;
	/** A file with fewer bytes lacks parts that the format requires. */
	minBytes: number;
}

/** The signatures as Latin-1 text. */
const IMAGE_TYPES: ReadonlyArray<readonly [RegExp, ImageType]> = [
	// tables, frame and scan headers (ITU T.81, annex B)
	[/^\xff\xd8\xff/, { mimeType: 'image/jpeg', extension: 'jpg', minBytes: 96 }],
	// the signature and the chunks IHDR, IDAT and IEND (PNG specification, 5.6)
	[/^\x89PNG\r\n.\n/, { mimeType: 'image/png', extension: 'png', minBytes: 57 }],
	// the RIFF header and a lossless chunk (RFC 9649, 2.6)
	[/^RIFF.{4}WEBP/s, { mimeType: 'image/webp', extension: 'webp', minBytes: 26 }],
];

/**
 * Detects an image's type from its first bytes, since declared types and file names are often wrong.
 * @param head - at least SIGNATURE_BYTES bytes from the start of the file, fewer if it is shorter
 * @returns undefined unless it is a JPEG, PNG or WebP image, the types that the API accepts
 */
export function detectImageType(head: Buffer): ImageType | undefined {
	const bytes = head.toString('latin1');
	return IMAGE_TYPES.find(([signature]) => signature.test(bytes))?.[1];
}

/** What a file is that the API doesn't accept. */
export interface OtherType {
	category: 'webPage' | 'text' | 'base64' | 'image' | 'other';
	/** With its article, e.g. "a GIF image". */
	name: string;
}

type Signature = readonly [RegExp, OtherType['category'], string];

/** In this order, for text without leading comments and XML declaration. */
const TEXTS: readonly Signature[] = [
	[/^<(!doctype\s+html|html|head|body|script|meta|title|div|p|h\d)\b/i, 'webPage', 'a web page'],
	[/^(<!doctype\s+svg[^>]*>\s*)?<svg\b/i, 'image', 'an SVG image'],
	[/^<[!?a-z]/i, 'text', 'XML'],
	[/^[[{]\s*["[\]{}\d]/, 'text', 'JSON'],
	[/^(data:image\/|iVBORw0KGgo|\/9j\/|UklGR)/, 'base64', 'Base64 text'],
	[/^/, 'text', 'plain text'],
];

/** In this order, for Latin-1 text. */
const SIGNATURES: readonly Signature[] = [
	[/^GIF8/, 'image', 'a GIF image'],
	[/^BM/, 'image', 'a BMP image'],
	[/^(II\*|MM.\*)/s, 'image', 'a TIFF or raw camera image'],
	[/^.{4}ftyp(avi|.{0,40}avif)/s, 'image', 'an AVIF image'],
	[/^.{4}ftyp(he[iv]|mif1|msf1)/s, 'image', 'a HEIC image'],
	[/^(\xff\n|.{4}JXL )/s, 'image', 'a JPEG XL image'],
	[/^%PDF-/, 'other', 'a PDF document'],
	[/^.{4}ftypqt/s, 'other', 'a QuickTime video'],
	[/^.{4}ftyp/s, 'other', 'an MP4 video'],
	[/^.E\xdf\xa3/s, 'other', 'a WebM or Matroska video'],
	[/^(RIFF.{4}WAVE|ID3|OggS|fLaC|\xff[\xe2-\xfb])/s, 'other', 'an audio file'],
	[/^PK/, 'other', 'a ZIP archive or Office document'],
];

/**
 * Detects what a file is that isn't an image the API accepts.
 * @param head - as for detectImageType, not empty
 * @returns undefined if the format is unknown
 */
export function detectOtherType(head: Buffer): OtherType | undefined {
	const bytes = head.toString('latin1');
	const isUtf16 = bytes.startsWith('\xff\xfe');
	const isText = isUtf16 || (head.every(isTextByte) && !bytes.startsWith('%PDF-'));
	const text = head
		.toString(isUtf16 ? 'utf16le' : 'utf8')
		.replace(/^(\s|<!--.*?-->|<\?xml.*?\?>(?=\s*<))+/s, '');
	const found = isText
		? TEXTS.find(([pattern]) => pattern.test(text))
		: SIGNATURES.find(([pattern]) => pattern.test(bytes));
	return found && { category: found[1], name: found[2] };
}

/** Text contains no control characters except white space. */
function isTextByte(byte: number): boolean {
	return byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
