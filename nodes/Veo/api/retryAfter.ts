/** The longest Retry-After that is respected; a longer one is treated as a mistake. */
export const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Parses a Retry-After header (RFC 9110, 10.2.3: seconds, or an HTTP date).
 * @param header - the header's value, undefined if absent
 * @param nowMs - the present time, epoch milliseconds
 * @returns the delay in milliseconds, 0 to MAX_RETRY_AFTER_MS; undefined if the header has no delay
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
	if (header === undefined || header.trim() === '') return undefined;
	const seconds = Number(header);
	const delayMs = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1000;
	return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
}
