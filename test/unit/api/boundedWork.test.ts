/**
 * Hostile text. Each of these took seconds to hours with an expression that backtracks, and exceeds
 * the test's time limit then.
 */
import { parseResponse, toSingleLine } from '../../../nodes/Veo/api/response';
import { parseResponseJson } from '../../../nodes/Veo/api/types';
import { httpResponse } from '../support/simulatedApi';

const MB = 1024 ** 2;
const DIGITS = '1234567890123456';

it.each(['\\"', '"', '\\', '1', '-', '1-', 'a'])('a long JSON text of %j', (part) => {
	const text = part.repeat((2 * MB) / part.length);
	expect(parseResponseJson(`{"${DIGITS}":"${text}`)).toBeUndefined();
	expect(parseResponseJson(`{"${DIGITS}":${text}.`)).toBeUndefined();
});

it.each(['<', '<a', '<script>', '<style ', '&'])('an error page of %j', (part) => {
	const page = part.repeat((2 * MB) / part.length);
	expect(parseResponse(httpResponse(502, page), 0)).toMatchObject({ error: { kind: 'gateway' } });
});

it('a message of 100 MB', () => {
	const message = 'out of\n  memory '.repeat((100 * MB) / 16);
	expect(toSingleLine(message)).toBe(`${'out of memory '.repeat(22).slice(0, 300)}…`);
});

it.each<[string, unknown]>([
	['0.9333333333333333', 0.9333333333333333],
	['-1.23456789012345678e+20', -1.2345678901234568e20],
	['12345678901234567890', '12345678901234567890'],
	['-12345678901234567890', '-12345678901234567890'],
	['1234567890123456', 1234567890123456],
	['"\\"12345678901234567890"', '"12345678901234567890'],
])('the number %s keeps its digits, or is a number', (json, value) => {
	expect(parseResponseJson(`{"a":[${json}]}`)).toEqual({ a: [value] });
});
