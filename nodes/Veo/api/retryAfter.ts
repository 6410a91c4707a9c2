/** The longest that a server's Retry-After is followed; a longer one is taken for a mistake. */
export const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3: seconds, or an HTTP date).
 * @param header - the header's value, undefined where there is none
 * @param nowMs - the present time, epoch milliseconds
 * @returns milliseconds to wait, 0 to MAX_RETRY_AFTER_MS; undefined where the header says nothing
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
	if (header === undefined || header.trim() === '') return undefined;
	const seconds = Number(header);
	const waitMs = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1000;
	return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}
