import { quote } from '../quote';

/** White space, and a token (RFC 8259): punctuation, text, or another scalar. */
const TOKEN =
	/([\t\n\r ]*)(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))?/uy;
/** The kinds of token that can begin a value: `"` is text, `v` another scalar. */
const VALUE = '{["v';

/** Why and where text isn't JSON, e.g. `unexpected "}" at position 9 (line 1, column 10)`. */
export function jsonProblem(text: string): string {
	const offset = errorOffset(text);
	const character = text.codePointAt(offset);
	const found = character === undefined ? 'end' : quote(String.fromCodePoint(character));
	const before = text.slice(0, offset);
	const column = offset - before.lastIndexOf('\n');
	return `unexpected ${found} at position ${offset} (line ${before.split('\n').length}, column ${column})`;
}

/** The offset of the first character that can't continue the text, counted from 0. */
function errorOffset(text: string): number {
	const open: string[] = [];
	const token = new RegExp(TOKEN);
	for (let allowed = VALUE; ; ) {
		const start = token.lastIndex;
		const [, space = '', punctuation, string, scalar] = token.exec(text) ?? [];
		const kind = punctuation ?? (string && '"') ?? (scalar && 'v');
		if (kind === undefined || !allowed.includes(kind)) return start + space.length;
		if (kind === '{' || kind === '[') {
			open.push(kind);
			allowed = kind === '{' ? '"}' : `${VALUE}]`;
		} else if (kind === ':' || kind === ',') {
			allowed = kind === ',' && open.at(-1) === '{' ? '"' : VALUE;
		} else if (kind === '"' && allowed.startsWith('"')) {
			allowed = ':';
		} else {
			if (kind === '}' || kind === ']') open.pop();
			const parent = open.at(-1);
			allowed = parent === undefined ? '' : parent === '{' ? ',}' : ',]';
		}
	}
}
