const MASK = '*****';

/** From and to, in characters of the text. */
type Range = [start: number, end: number];

/** A character of a text after decoding, with its range in the text. */
interface DecodedChar {
	char: string;
	range: Range;
}

/** How a server may escape a character of the key when it quotes it: not at all, or as in … */
const ESCAPES: readonly RegExp[] = [
	/(?!)/g,
	/\\u([0-9a-f]{4})|\\(["\\/])/gi, // JSON
	/%([0-9a-f]{2})/gi, // URLs
	/&#x([0-9a-f]{1,6});|&(amp|lt|gt|quot|apos|#\d{1,7});/gi, // HTML
];

const HTML_ENTITIES: ReadonlyMap<string, string> = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
]);

function unescape(hex: string | undefined, other = ''): string {
	if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16) & 0xffff);
	if (other.startsWith('#')) return String.fromCharCode(Number(other.slice(1)) & 0xffff);
	return HTML_ENTITIES.get(other.toLowerCase()) ?? other;
}

function decode(text: string, escape: RegExp): DecodedChar[] {
	const chars: DecodedChar[] = [];
	const pushPlain = (from: number, to: number) => {
		for (let at = from; at < to; at++) chars.push({ char: text.charAt(at), range: [at, at + 1] });
	};
	let at = 0;
	for (const match of text.matchAll(escape)) {
		pushPlain(at, match.index);
		const end = match.index + match[0].length;
		chars.push({ char: unescape(match[1], match[2]), range: [match.index, end] });
		at = end;
	}
	pushPlain(at, text.length);
	return chars;
}

function rangesOf(text: string, part: string): Range[] {
	const ranges: Range[] = [];
	for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
		ranges.push([at, at + part.length]);
	}
	return ranges;
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

function maskRanges(text: string, ranges: Range[]): string {
	const parts: string[] = [];
	let at = 0;
	for (const [start, end] of ranges.sort(([a], [b]) => a - b)) {
		if (start >= at) parts.push(text.slice(at, start), MASK);
		at = Math.max(at, end);
	}
	return parts.join('') + text.slice(at);
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

	const decodedRanges = (text: string, escape: RegExp): Range[] => {
		const chars = decode(text, escape);
		const view = chars.map(({ char }) => char.toLowerCase().charAt(0)).join('');
		return rangesOf(view, folded).map(([start, end]): Range => {
			const [from] = chars[start]?.range ?? [0];
			return [from, chars[end - 1]?.range[1] ?? text.length];
		});
	};

	return (text) => {
		if (secret === '') return text;
		return maskRanges(text, [
			...base64.flatMap((form) => rangesOf(text, form)),
			...ESCAPES.flatMap((escape) => decodedRanges(text, escape)),
		]);
	};
}
