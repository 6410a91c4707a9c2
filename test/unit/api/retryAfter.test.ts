import fc from 'fast-check';
import { MAX_RETRY_AFTER_MS, retryAfterMs } from '../../../nodes/Veo/api/retryAfter';

const NOW = Date.UTC(2026, 0, 1, 12);

describe('how long a server asks to be left alone', () => {
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
	])('%j is %p ms', (header, wanted) => {
		expect(retryAfterMs(header, NOW)).toBe(wanted);
	});

	it('is from nothing to a minute, whatever the header says', () => {
		const header = fc.oneof(
			fc.string(),
			fc.double().map(String),
			fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
		);
		fc.assert(
			fc.property(header, (text) => {
				const waitMs = retryAfterMs(text, NOW) ?? 0;
				expect(waitMs).toBeGreaterThanOrEqual(0);
				expect(waitMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
			}),
		);
	});
});
