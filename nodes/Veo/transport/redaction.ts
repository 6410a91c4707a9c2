const MASK = '*****';

/**
 * Removes a secret from text of a server: an echoed key must not appear in an output, an error or the
 * log.
 * @returns a function that masks the secret, even if JSON escapes its characters in another way (PHP
 *   writes "\/" for "/")
 */
export function createRedactor(secret: string): (text: string) => string {
	const escaped = secret.split('').map((character) => {
		const code = character.charCodeAt(0).toString(16).padStart(4, '0');
		return `(?:\\\\u${code}|\\\\?${character.replace(/\W/, '\\$&')})`;
	});
	const pattern = new RegExp(escaped.join(''), 'gi');
	return (text) => text.replace(pattern, MASK);
}
