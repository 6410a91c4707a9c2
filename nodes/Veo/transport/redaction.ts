const MASK = '*****';

/** A character of a text after decoding, with its position in the text. */
interface DecodedChar {
	char: string;
	start: number;
	end: number;
}

/** Escapes that a server may use for a character of the key when it quotes it. */
const ESCAPES = {
	json: /\\u([0-9a-f]{4})|\\(["\\/])/gi,
	percent: /%([0-9a-f]{2})/gi,
	html: /&#x([0-9a-f]{1,6});|&(amp|lt|gt|quot|apos|#\d{1,7});/gi,
};

const HTML_ENTITIES: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
};

function unescape(hex: string | undefined, other: string | undefined): string {
	if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16) & 0xffff);
	if (other === undefined) return '';
	if (other.startsWith('#')) return String.fromCharCode(Number(other.slice(1)) & 0xffff);
	return HTML_ENTITIES[other.toLowerCase()] ?? other;
}

function decode(text: string, escape: RegExp): DecodedChar[] {
	const chars: DecodedChar[] = [];
	const pushPlain = (from: number, to: number) => {
		for (let at = from; at < to; at++) {
			chars.push({ char: text.charAt(at), start: at, end: at + 1 });
		}
	};
	let at = 0;
	for (const match of text.matchAll(escape)) {
		pushPlain(at, match.index);
		const end = match.index + match[0].length;
		chars.push({ char: unescape(match[1], match[2]), start: match.index, end });
		at = end;
	}
	pushPlain(at, text.length);
	return chars;
}

/** Base64 of the secret at each of the three possible offsets, without the characters that vary. */
function base64Forms(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [0, 1, 2].flatMap((offset) => {
		const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
		const start = Math.ceil((offset * 4) / 3);
		const end = Math.floor(((offset + bytes.length) * 8) / 6);
		const form = encoded.slice(start, end);
		return form.length < 4 ? [] : [form, form.replaceAll('-', '+').replaceAll('_', '/')];
	});
}

/**
 * Masks a secret in the text of a server that an error or a log quotes: an echoed key must not appear
 * there. Never applied to data, which a short key (such as the dummy key of a gateway) would damage.
 * The work is linear in the length of the text.
 * @returns a function that masks the secret, also with its characters escaped as in JSON, URLs and
 *   HTML, and in base64
 */
export function createRedactor(secret: string): (text: string) => string {
	const folded = secret.toLowerCase();
	const base64 = base64Forms(secret);

	const maskDecoded = (text: string, escape: RegExp): string => {
		const chars = decode(text, escape);
		const view = chars.map(({ char }) => char.toLowerCase().charAt(0)).join('');
		const parts: string[] = [];
		let from = 0;
		for (let at = view.indexOf(folded); at !== -1; at = view.indexOf(folded, at + folded.length)) {
			parts.push(text.slice(from, chars[at]?.start), MASK);
			from = chars[at + folded.length - 1]?.end ?? text.length;
		}
		return parts.join('') + text.slice(from);
	};

	return (text) => {
		if (secret === '') return text;
		const unencoded = base64.reduce((masked, form) => masked.replaceAll(form, MASK), text);
		const plain = maskDecoded(unencoded, /(?!)/g);
		return Object.values(ESCAPES).reduce(maskDecoded, plain);
	};
}
