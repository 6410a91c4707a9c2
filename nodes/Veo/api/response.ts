import { err, ok, type Result } from '../result';
import type { VeoError, VeoErrorKind } from './errors';
import type { HttpResponse } from './http';
import { retryAfterMs } from './retryAfter';
import { isJsonObject, parseResponseJson, type Json, type JsonObject } from './types';

const ERROR_KINDS_BY_CODE: ReadonlyMap<number, VeoErrorKind> = new Map([
	[1000, 'invalidParameters'],
	[1001, 'insufficientCredits'],
	[1002, 'authentication'],
	[1003, 'rateLimited'],
	[5000, 'serverError'],
]);

/** How much of a server's text is searched for something to quote, in characters. */
const MAX_TEXT_LENGTH = 20_000;

/** Longest text of a server in an error, in characters. */
const MAX_QUOTE_LENGTH = 300;

const TOO_LARGE = 'The response is larger than 1 MB';

/**
 * Text from a server in one line of limited length, for use in an error. It is cut first, so that the
 * work is bounded for any text.
 */
export function toSingleLine(text: string, maxLength = MAX_QUOTE_LENGTH): string {
	const line = text.slice(0, MAX_TEXT_LENGTH).replace(/\s+/g, ' ').trim();
	return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** The text of a page without tags, scripts and styles. One pass: a hostile page must cost nothing. */
function stripHtml(page: string): string {
	const html = page.slice(0, MAX_TEXT_LENGTH);
	const lower = html.toLowerCase();
	const parts: string[] = [];
	for (let at = 0; at < html.length; ) {
		const tagStart = html.indexOf('<', at);
		const tagEnd = html.indexOf('>', tagStart);
		if (tagStart === -1 || tagEnd === -1) {
			parts.push(html.slice(at));
			break;
		}
		parts.push(html.slice(at, tagStart));
		const element = /^<(script|style)\b/.exec(lower.slice(tagStart, tagStart + 10))?.[1];
		const close = element ? lower.indexOf(`</${element}`, tagEnd) : -1;
		at = close === -1 ? tagEnd + 1 : close;
	}
	return parts.join(' ');
}

/**
 * The kinds of HTTP status that any server or gateway can send and that a retry can resolve.
 * 408: a proxy timed out waiting for the server behind it, as with 504.
 */
export function transientKindFromStatus(status: number): 'rateLimited' | 'gateway' | undefined {
	if (status === 429) return 'rateLimited';
	return status >= 500 || status === 408 ? 'gateway' : undefined;
}

function kindFromStatus(status: number): VeoErrorKind | undefined {
	if (status === 401 || status === 403) return 'authentication';
	return transientKindFromStatus(status);
}

/** The parts of a successful response. */
export interface ParsedResponse {
	data: JsonObject;
	msg: string;
}

/**
 * Interprets a response with any HTTP status (docs/api-contract.md, "Undocumented behavior": an error
 * can come as 200 with a code, or as 4xx/5xx with or without the envelope; the envelope has priority).
 * @param nowMs - the present time, epoch milliseconds, for a Retry-After date
 */
export function parseResponse(
	response: HttpResponse,
	nowMs: number,
): Result<ParsedResponse, VeoError> {
	const body = response.isTooLarge ? undefined : parseResponseJson(response.text);
	const code = isJsonObject(body) ? parseCode(body.code) : undefined;
	const base = {
		httpStatus: response.status,
		retryAfterMs: retryAfterMs(response.headers['retry-after'], nowMs),
	};
	if (!isJsonObject(body) || code === undefined) {
		const error = { ...base, ...classifyRawResponse(response, body) };
		return err(response.isTooLarge ? { ...error, detail: TOO_LARGE } : error);
	}
	if (code === 0 && response.status < 300) {
		return isJsonObject(body.data)
			? ok({ data: body.data, msg: typeof body.msg === 'string' ? toSingleLine(body.msg) : '' })
			: err({ ...base, kind: 'malformed', code, detail: 'The response has no data' });
	}
	const kind = ERROR_KINDS_BY_CODE.get(code) ?? kindFromStatus(response.status) ?? 'unknownCode';
	return err({
		...base,
		kind: code === 0 ? 'gateway' : kind,
		code,
		detail: typeof body.msg === 'string' ? toSingleLine(body.msg, MAX_TEXT_LENGTH) : '',
		data: isJsonObject(body.data) ? body.data : undefined,
	});
}

/** The code as a number; some gateways rewrite numbers to strings. */
function parseCode(value: Json | undefined): number | undefined {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Classifies a response without an envelope. */
function classifyRawResponse(
	{ status, headers, text }: HttpResponse,
	body: Json | undefined,
): Pick<VeoError, 'kind' | 'detail'> {
	const isJson = body !== undefined || (headers['content-type'] ?? '').includes('json');
	const detail = toSingleLine(isJson ? text : stripHtml(text), MAX_TEXT_LENGTH);
	const kind = kindFromStatus(status);
	if (kind) return { kind, detail };
	if (status >= 300 && status < 400) {
		return { kind: 'redirect', detail: toSingleLine(headers.location ?? '') || detail };
	}
	return { kind: status >= 400 ? 'notVeoApi' : 'malformed', detail };
}
