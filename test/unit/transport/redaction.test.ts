import fc from 'fast-check';
import { createRedactor } from '../../../nodes/Veo/transport/redaction';

const KEY = 'sk/live+7Qk2"\\9=';
const redact = createRedactor(KEY);

describe('a key that a server returns', () => {
	it.each([
		['plain', `Bearer ${KEY} is wrong, ${KEY}!`],
		['in JSON', JSON.stringify({ key: KEY })],
		['in JSON as PHP writes it', JSON.stringify({ key: KEY }).replaceAll('/', '\\/')],
		['in JSON with all characters escaped', `"${escaped(KEY)}"`],
		['in upper case', KEY.toUpperCase()],
	])('is redacted: %s', (_, text) => {
		const redacted = redact(text);
		expect(redacted).toContain('*****');
		expect(redacted).not.toContain('7Qk2');
		expect(unescaped(redacted)).not.toContain(KEY);
	});

	it('leaves valid JSON', () => {
		expect(JSON.parse(redact(JSON.stringify({ a: KEY, b: 1 })))).toEqual({ a: '*****', b: 1 });
	});

	it('leaves other text unchanged', () => {
		for (const text of ['', 'sk/live', KEY.slice(1), '{"a":"\\/"}'])
			expect(redact(text)).toBe(text);
	});

	it('is redacted for any characters that a header can contain', () => {
		const anyKey = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(anyKey, fc.string(), (key, text) => {
				const json = JSON.stringify([text, `${text}${key}`]);
				expect(createRedactor(key)(json)).toContain('*****');
				// arrows, which no header can contain, so that the key never overlaps with them
				expect(createRedactor(key)(`→${escaped(key)}←`)).toBe('→*****←');
			}),
		);
	});
});

function escaped(text: string): string {
	return text
		.split('')
		.map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
		.join('');
}

function unescaped(text: string): string {
	return text.replaceAll('\\/', '/').replaceAll('\\"', '"').replaceAll('\\\\', '\\');
}
