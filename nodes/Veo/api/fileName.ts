import { escapeFileName } from './multipart';

/** What most file systems allow (NAME_MAX), in bytes of UTF-8. */
const MAX_BYTES = 255;

/** A file extension, as opposed to the end of "Dr. No" or "v1.2". */
const EXTENSION = /\.(?=[a-z\d]*[a-z])[a-z\d]{1,5}$/i;

/** Control characters, halves of surrogate pairs, line separators, and marks that reverse text. */
const INVALID = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The file name to send, since servers reject or misread many that users have: a base name without
 * path, with the extension of the type that the content has, at most 255 bytes when escaped.
 * @param received - the declared name, which can be anything
 * @param extension - of the content, without the dot
 * @returns `image` with the extension if no usable name was received
 */
export function toFileName(received: unknown, extension: string): string {
	const isName = typeof received === 'string' || typeof received === 'number';
	// a URL's query can contain a secret
	const path = (isName ? String(received) : '').replace(/^(https?:[^?#]*).*/is, '$1');
	const segments = path.replace(INVALID, '').split(/[\\/]/);
	const base = segments.findLast((segment) => /[^\s.]/.test(segment)) ?? '';
	// the patterns below need not handle megabytes
	const name = trimEnd(base.slice(0, MAX_BYTES) + base.slice(MAX_BYTES).slice(-MAX_BYTES));
	const isOwn = extension === 'jpg' ? /\.jpe?g$/i : new RegExp(`\\.${extension}$`, 'i');
	const withoutExtension = trimEnd(name.replace(EXTENSION, ''));
	const known = [name, withoutExtension].find((candidate) => isOwn.test(candidate));
	const end = isOwn.exec(known ?? '')?.[0] ?? `.${extension}`;
	const stem = known?.slice(0, -end.length) ?? withoutExtension;
	const start = trimEnd(cut(stem.replace(/^[\s.]+/, ''), MAX_BYTES - end.length));
	return `${start || 'image'}${end}`;
}

/** Windows ignores dots and spaces at the end of a name. */
function trimEnd(name: string): string {
	return name.replace(/[\s.]+$/, '');
}

/** Cuts between two characters. */
function cut(name: string, maxBytes: number): string {
	let bytes = 0;
	let end = 0;
	for (const character of name) {
		bytes += Buffer.byteLength(escapeFileName(character));
		if (bytes > maxBytes) break;
		end += character.length;
	}
	return name.slice(0, end);
}
