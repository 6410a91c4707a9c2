import fc from 'fast-check';
import { jsonProblem } from '../../../nodes/Veo/parameters/jsonProblem';

describe("where text isn't JSON", () => {
	it.each([
		['{ seed: 1 }', 'unexpected "s" at position 2 (line 1, column 3)'],
		['{"seed": }', 'unexpected "}" at position 9 (line 1, column 10)'],
		['{"seed": 1,}', 'unexpected "}" at position 11 (line 1, column 12)'],
		["{'seed': 1}", 'unexpected "\'" at position 1 (line 1, column 2)'],
		['{“seed”: 1}', 'unexpected "“" at position 1 (line 1, column 2)'],
		['{"a": 1\n "b": 2}', 'unexpected "\\"" at position 9 (line 2, column 2)'],
		['{"a": undefined}', 'unexpected "u" at position 6 (line 1, column 7)'],
		['{"a": 01}', 'unexpected "1" at position 7 (line 1, column 8)'],
		['{"a": "x\ny"}', 'unexpected "\\"" at position 6 (line 1, column 7)'],
		['{"a": 1', 'unexpected end at position 7 (line 1, column 8)'],
		['[1, [2, {"b": [', 'unexpected end at position 15 (line 1, column 16)'],
		['{"a": 1}\n}', 'unexpected "}" at position 9 (line 2, column 1)'],
		['[1}', 'unexpected "}" at position 2 (line 1, column 3)'],
		['🎬', 'unexpected "🎬" at position 0 (line 1, column 1)'],
		[' ', 'unexpected end at position 1 (line 1, column 2)'],
	])('%p: %s', (text, problem) => {
		expect(() => JSON.parse(text)).toThrow();
		expect(jsonProblem(text)).toBe(problem);
	});

	it('is where a change made the text invalid, or later', () => {
		const inserted = fc.constantFrom('}', ']', ',', ':', '"', 'x', "'", '{', '\n');
		fc.assert(
			fc.property(fc.json({ maxDepth: 4 }), fc.nat(), inserted, (json, seed, character) => {
				const at = seed % (json.length + 1);
				const text = json.slice(0, at) + character + json.slice(at);
				let isValid = true;
				try {
					JSON.parse(text);
				} catch {
					isValid = false;
				}
				fc.pre(!isValid);
				const position = Number(/position (\d+)/.exec(jsonProblem(text))?.[1]);
				// an incomplete token is reported where it begins
				const cut = text.slice(0, position);
				const isPrefix = ['', ' 1', '1', '"":1', ':1', ' ""'].some((end) => {
					try {
						JSON.parse(close(cut + end));
						return true;
					} catch {
						return false;
					}
				});
				expect([text, position, isPrefix]).toEqual([text, position, true]);
			}),
		);
	});

	it('handles deep nesting and megabytes', () => {
		expect(jsonProblem('['.repeat(200_000))).toContain('unexpected end at position 200000');
		const long = `{"a":"${'x'.repeat(3_000_000)}"`;
		expect(jsonProblem(long)).toContain(`unexpected end at position ${long.length}`);
	});
});

/** Closes the open brackets, so that a valid beginning becomes valid JSON. */
function close(text: string): string {
	const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
	const open: string[] = [];
	for (const character of withoutStrings) {
		if (character === '{' || character === '[') open.push(character);
		if (character === '}' || character === ']') open.pop();
	}
	return (
		text +
		open
			.reverse()
			.map((bracket) => (bracket === '{' ? '}' : ']'))
			.join('')
	);
}
