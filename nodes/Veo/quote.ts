/** Longest quotation, in UTF-16 code units. */
const MAX_LENGTH = 100;

/**
 * Quotes a received value in a message: as JSON, shortened. It is cut before it is serialized, so that
 * a value of megabytes costs nothing. Never throws.
 */
export function quote(value: unknown): string {
	const json = serialize(value);
	if (json.length <= MAX_LENGTH) return json;
	// without half of a surrogate pair
	return `${json.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}…`;
}

function serialize(value: unknown): string {
	if (typeof value === 'number') return String(value);
	let remaining = MAX_LENGTH;
	const cut = (_key: string, part: unknown): unknown => {
		if (remaining-- <= 0) return undefined;
		if (typeof part === 'bigint') return String(part);
		return typeof part === 'string' || Array.isArray(part) ? part.slice(0, MAX_LENGTH + 1) : part;
	};
	try {
		return JSON.stringify(value, cut) ?? typeof value;
	} catch {
		// circular, or with a getter that throws
		return typeof value;
	}
}
