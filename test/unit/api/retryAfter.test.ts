import fc from 'fast-check';
import { MAX_RETRY_AFTER_MS, retryAfterMs } from '../../../nodes/Veo/api/retryAfter';

const NOW = Date.UTC(2026, 0, 1, 12);

describe('the delay that a server requests', () => {
	it.each<[string | undefined, number | undefined]>([
		[undefined, undefined],
		['', undefined],
		['  ', undefined],
		['0', 0],
		['7', 7_000],
		[' 7 ', 7_000],
		['0.5', 500],
		['-3', 0],
		['60', 60_000],
		['61', MAX_RETRY_AFTER_MS],
		['86400', MAX_RETRY_AFTER_MS],
		['Infinity', MAX_RETRY_AFTER_MS],
		['Thu, 01 Jan 2026 12:00:10 GMT', 10_000],
		['Thursday, 01-Jan-26 12:00:10 GMT', 10_000],
		['Thu, 01 Jan 2026 11:00:00 GMT', 0],
		['Fri, 02 Jan 2026 12:00:00 GMT', MAX_RETRY_AFTER_MS],
		['soon', undefined],
		['NaN', undefined],
		['null', undefined],
		['Thu, 99 Foo', undefined],
	])('of %j is %p ms', (header, expected) => {
		expect(retryAfterMs(header, NOW)).toBe(expected);
	});

	it('is between zero and one minute for any header', () => {
		const anyHeader = fc.oneof(
			fc.string(),
			fc.double().map(String),
			fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
		);
		fc.assert(
			fc.property(anyHeader, (header) => {
				const delayMs = retryAfterMs(header, NOW) ?? 0;
				expect(delayMs).toBeGreaterThanOrEqual(0);
				expect(delayMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
			}),
		);
	});
});
