import { err, ok, type Result } from '../result';
import type { VeoError, VeoErrorKind } from './errors';
import type { HttpResponse } from './http';
import { retryAfterMs } from './retryAfter';
import { isJsonObject, parseJson, type Json, type JsonObject } from './types';

const ERROR_KINDS_BY_CODE: ReadonlyMap<number, VeoErrorKind> = new Map([
	[1000, 'invalidParameters'],
	[1001, 'insufficientCredits'],
	[1002, 'authentication'],
	[1003, 'rateLimited'],
	[5000, 'serverError'],
]);

/** Longest text from a server that is quoted in an error, in characters. */
const MAX_QUOTE_LENGTH = 300;
/** Only the beginning of a page is searched for text: a hostile page would take seconds. */
const MAX_PAGE_LENGTH = 20_000;

/** Text from a server for use in an error: one line of limited length. */
export function toSingleLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > MAX_QUOTE_LENGTH ? `${line.slice(0, MAX_QUOTE_LENGTH)}…` : line;
}

function stripHtml(page: string): string {
	return page.slice(0, MAX_PAGE_LENGTH).replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ');
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
	const body = parseJson(response.text);
	const code = isJsonObject(body) ? parseCode(body.code) : undefined;
	const base = {
		httpStatus: response.status,
		retryAfterMs: retryAfterMs(response.headers['retry-after'], nowMs),
	};
	if (!isJsonObject(body) || code === undefined) {
		return err({ ...base, ...classifyRawResponse(response, body) });
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
		detail: typeof body.msg === 'string' ? toSingleLine(body.msg) : '',
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
	const detail = toSingleLine(isJson ? text : stripHtml(text));
	const kind = kindFromStatus(status);
	if (kind) return { kind, detail };
	// some servers respond with 303 to a POST that they have processed
	if (status >= 300 && status < 400 && status !== 303) {
		return { kind: 'redirect', detail: toSingleLine(headers.location ?? '') };
	}
	return { kind: status >= 400 ? 'notVeoApi' : 'malformed', detail };
}
