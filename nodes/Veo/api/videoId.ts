/** The results of an expression that found no value. */
export const EMPTY_EXPRESSION_RESULTS: readonly string[] = [
	'undefined',
	'null',
	'NaN',
	'Invalid DateTime',
	'[object Object]',
];
const MAX_ID_LENGTH = 512;
/** With the u flag, the class matches lone surrogates only, which no URL can contain. */
const UNENCODABLE = /[\uD800-\uDFFF]|\p{Cc}/u;
/** A segment that changes the path, for servers that decode a slash before they resolve it. */
const DOT_SEGMENT = /(^|[/\\])\.{1,2}([/\\]|$)/;

/**
 * Validates a video ID, equally for Generate, Get Status and the trigger. The API calls its IDs uuids
 * without specifying their form, so anything is valid that is one path segment after encoding; the
 * result of an expression that found no value is not.
 * @returns undefined if the ID is valid, otherwise the problem as the end of a sentence
 */
export function videoIdProblem(id: string): string | undefined {
	if (id === '') return 'is empty';
	if (EMPTY_EXPRESSION_RESULTS.includes(id)) {
		return `is '${id}'. The expression didn't return a value for this item.`;
	}
	if (/^https?:\/\//i.test(id)) return "is a URL that doesn't contain an ID";
	if (id.length > MAX_ID_LENGTH) return `is too long (maximum ${MAX_ID_LENGTH} characters)`;
	const isValid = /[\p{L}\p{N}]/u.test(id) && !UNENCODABLE.test(id) && !DOT_SEGMENT.test(id);
	return isValid ? undefined : 'contains invalid characters';
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const UUID_DIGITS = /^[0-9a-f]{32}$/;

/**
 * The same text for all spellings of an ID, to compare IDs. Case is ignored. Hyphens are ignored in a
 * UUID only: in other IDs they can separate numbers.
 */
export function normalizeVideoId(id: string): string {
	const lowerCase = id.trim().toLowerCase();
	const digits = lowerCase.replaceAll('-', '');
	return UUID_DIGITS.test(digits) ? digits : lowerCase;
}

const STATUS_PATH = /\/video-status\/([^/]+)\/?$/;
const VIDEO_FILE = /\/([^/]+)\.(mp4|webm|mov|m4v)$/i;

/** Whether a text is an ID by its form alone, without a field name that says so. */
export function isUuid(text: string): boolean {
	return UUID.exec(text)?.[0] === text;
}

/**
 * The ID in a URL that a user pasted instead of the ID: a status URL, a video URL named after the ID,
 * or any URL whose path contains a UUID.
 * @param text - an ID or a URL
 * @returns the ID; any other text is returned unchanged
 */
export function videoIdFromText(text: string): string {
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
	const { pathname } = new URL(text);
	const id =
		STATUS_PATH.exec(pathname)?.[1] ?? UUID.exec(pathname)?.[0] ?? VIDEO_FILE.exec(pathname)?.[1];
	if (id === undefined) return text;
	try {
		return decodeURIComponent(id);
	} catch {
		return text;
	}
}
