import fc from 'fast-check';
import { quote } from '../../nodes/Veo/quote';

describe('a quoted value', () => {
	const circular: Record<string, unknown> = { name: 'loop' };
	circular.self = circular;

	it.each<[unknown, string]>([
		['a "b"\n', '"a \\"b\\"\\n"'],
		['', '""'],
		[{ a: [1, null] }, '{"a":[1,null]}'],
		[undefined, 'undefined'],
		[NaN, 'NaN'],
		[null, 'null'],
		[new Date(0), '"1970-01-01T00:00:00.000Z"'],
		[10n, '"10"'],
		[Symbol('x'), 'symbol'],
		[() => 1, 'function'],
		[circular, 'object'],
	])('%p is %s', (value, expected) => {
		expect(quote(value)).toBe(expected);
	});

	it.each<[string, unknown]>([
		['text', 'x'.repeat(5_000_000)],
		['text that is longer as JSON', '\u0001'.repeat(100)],
		['an array', new Array(5_000_000).fill(7)],
		['nested arrays', new Array(1000).fill(new Array(1000).fill('x'.repeat(1000)))],
		['an object', { data: 'x'.repeat(5_000_000), more: 'x'.repeat(5_000_000) }],
		['an object with many keys', Object.fromEntries([...Array(50_000).keys()].entries())],
	])('is shortened: %s', (_, value) => {
		const text = quote(value);
		expect(text).toHaveLength(101);
		expect(text).toMatch(/…$/);
	});

	it('does not serialize what it cuts off', () => {
		const stringify = jest.spyOn(JSON, 'stringify');
		quote('x'.repeat(5_000_000));
		const [result] = stringify.mock.results;
		stringify.mockRestore();
		expect(String(result?.value).length).toBeLessThan(200);
	});

	it('contains whole characters', () => {
		expect(quote('🎬'.repeat(60))).toBe(`"${'🎬'.repeat(49)}…`);
	});

	it('is short for any value', () => {
		fc.assert(
			fc.property(
				fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
				(value) => {
					expect(quote(value).length).toBeLessThanOrEqual(101);
				},
			),
		);
	});
});
