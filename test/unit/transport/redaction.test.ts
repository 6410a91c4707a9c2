import fc from 'fast-check';
import { createRedactor } from '../../../nodes/Veo/transport/redaction';

const KEY = 'sk/live+7Qk2"\\9=';
const redact = createRedactor(KEY);

describe('a key that a server echoes', () => {
	it.each([
		['plain', `Bearer ${KEY} is wrong, ${KEY}!`],
		['in JSON', JSON.stringify({ key: KEY })],
		['in JSON as PHP writes it', JSON.stringify({ key: KEY }).replaceAll('/', '\\/')],
		['in JSON, all escaped', `"${escaped(KEY)}"`],
		['in other case', KEY.toUpperCase()],
	])('is taken out: %s', (_, text) => {
		const shown = redact(text);
		expect(shown).toContain('*****');
		expect(shown).not.toContain('7Qk2');
		expect(unescaped(shown)).not.toContain(KEY);
	});

	it('leaves JSON that is still JSON', () => {
		expect(JSON.parse(redact(JSON.stringify({ a: KEY, b: 1 })))).toEqual({ a: '*****', b: 1 });
	});

	it('leaves all else as it is', () => {
		for (const text of ['', 'sk/live', KEY.slice(1), '{"a":"\\/"}'])
			expect(redact(text)).toBe(text);
	});

	it('is found whatever characters it has that a header may have', () => {
		const key = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(key, fc.string(), (secret, around) => {
				const text = JSON.stringify([around, `${around}${secret}`]);
				expect(createRedactor(secret)(text)).toContain('*****');
				// Marks that no header may have, so that the key is never found half inside one.
				expect(createRedactor(secret)(`→${escaped(secret)}←`)).toBe('→*****←');
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
