const STARS = '*****';

/**
 * Takes a secret out of what a server sends: one that echoes the key must not make it appear in an
 * output, an error or the log.
 * @returns a function that puts stars in the secret's place, also where JSON has its characters
 *   written in another way (PHP writes "\/" for "/")
 */
export function redacting(secret: string): (text: string) => string {
	const written = secret.split('').map((character) => {
		const code = character.charCodeAt(0).toString(16).padStart(4, '0');
		return `(?:\\\\u${code}|\\\\?${character.replace(/\W/, '\\$&')})`;
	});
	const pattern = new RegExp(written.join(''), 'gi');
	return (text) => text.replace(pattern, STARS);
}
