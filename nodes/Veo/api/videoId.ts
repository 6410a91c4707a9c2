/** The results of an expression that found no value. */
export const EMPTY_EXPRESSION_RESULTS = [
	'undefined',
	'null',
	'NaN',
	'Invalid DateTime',
	'[object Object]',
];
const MAX_ID_LENGTH = 128;

/**
 * Validates a video ID before it is sent. The API calls its IDs uuids without specifying their form,
 * so any single path segment is valid; the result of an expression that found no value is not.
 * @returns undefined if the ID is valid, otherwise the problem as the end of a sentence
 */
export function videoIdProblem(id: string): string | undefined {
	if (id === '') return 'is empty';
	if (EMPTY_EXPRESSION_RESULTS.includes(id)) {
		return `is '${id}'. The expression didn't return a value for this item.`;
	}
	if (/^https?:/i.test(id)) return 'is a URL that contains no ID';
	if (id.length > MAX_ID_LENGTH) return `is too long (maximum ${MAX_ID_LENGTH} characters)`;
	// without a letter or digit: "..", "-" and the like, of which ".." would change the path
	if (!/^[\w.:-]+$/.test(id) || !/[a-z0-9]/i.test(id)) return 'contains invalid characters';
	return undefined;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const STATUS_PATH = /\/video-status\/([^/]+)\/?$/;
const VIDEO_FILE = /\/([^/]+)\.(mp4|webm|mov|m4v)$/i;

/**
 * The ID in a URL that a user pasted instead of the ID: a status URL, a video URL named after the ID,
 * or any URL whose path contains a UUID.
 * @param text - an ID or a URL
 * @returns the ID; any other text is returned unchanged
 */
export function videoIdFromText(text: string): string {
	if (!/^https?:/i.test(text) || !URL.canParse(text)) return text;
	const { pathname } = new URL(text);
	const id = (STATUS_PATH.exec(pathname) ?? VIDEO_FILE.exec(pathname))?.[1];
	const uuid = UUID.exec(id ?? pathname)?.[0] ?? id;
	if (uuid === undefined) return text;
	try {
		return decodeURIComponent(uuid);
	} catch {
		return text;
	}
}
