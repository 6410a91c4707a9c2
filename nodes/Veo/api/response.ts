import type { Answer, Failure, FailureKind } from './errors';
import { failed } from './errors';
import type { HttpAnswer } from './http';
import { retryAfterMs } from './retryAfter';
import { isJsonObject, parseJson, type Json, type JsonObject } from './types';

const KIND_OF_CODE: ReadonlyMap<number, FailureKind> = new Map([
	[1000, 'invalidParameters'],
	[1001, 'insufficientCredits'],
	[1002, 'authentication'],
	[1003, 'rateLimited'],
	[5000, 'serverFault'],
]);

/** Text from a server that goes into an error: one line, not longer than a user will read. */
function brief(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** A page's words, from its beginning: the expression would take seconds for a hostile page. */
function withoutTags(page: string): string {
	return page.slice(0, 20_000).replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ');
}

/** 408: a proxy gave up waiting for the server behind it, as with 504. */
export function isUnavailable(status: number): boolean {
	return status >= 500 || status === 408;
}

/** A success with its message, or what went wrong. */
export type Envelope =
	| { ok: true; data: JsonObject; msg: string }
	| Extract<Answer<never>, { ok: false }>;

/**
 * Reads an answer of any HTTP status (veo-api.md: an error may come as 200 with a code, or as
 * 4xx/5xx with or without the envelope; the envelope decides wherever there is one).
 * @param answer - what the server sent
 * @param nowMs - the present time, to read a Retry-After date
 * @returns the envelope's `data`, or what went wrong
 */
export function readEnvelope(answer: HttpAnswer, nowMs: number): Envelope {
	const body = parseJson(answer.text);
	const code = isJsonObject(body) ? codeOf(body.code) : undefined;
	const base = {
		httpStatus: answer.status,
		retryAfterMs: retryAfterMs(answer.headers['retry-after'], nowMs),
	};
	if (!isJsonObject(body) || code === undefined) {
		return failed({ ...base, ...withoutEnvelope(answer, body) });
	}
	if (code === 0 && answer.status < 300) {
		return isJsonObject(body.data)
			? { ok: true, data: body.data, msg: typeof body.msg === 'string' ? brief(body.msg) : '' }
			: failed({ ...base, kind: 'malformed', code, detail: 'The answer has no data' });
	}
	return failed({
		...base,
		kind: code === 0 ? 'gateway' : (KIND_OF_CODE.get(code) ?? kindOfStatus(answer.status)),
		code,
		detail: typeof body.msg === 'string' ? brief(body.msg) : '',
		data: isJsonObject(body.data) ? body.data : undefined,
	});
}

/** The code as a number; some gateways rewrite numbers to strings. */
function codeOf(value: Json | undefined): number | undefined {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** A code that veo-api.md does not know: the HTTP status may still tell what it means. */
function kindOfStatus(status: number): FailureKind {
	if (status === 401 || status === 403) return 'authentication';
	if (status === 429) return 'rateLimited';
	return isUnavailable(status) ? 'gateway' : 'unknownCode';
}

function withoutEnvelope(
	{ status, headers, text }: HttpAnswer,
	body: Json | undefined,
): Pick<Failure, 'kind' | 'detail'> {
	const isJson = body !== undefined || (headers['content-type'] ?? '').includes('json');
	const detail = brief(isJson ? text : withoutTags(text));
	if (status === 401 || status === 403) return { kind: 'authentication', detail };
	if (status === 429) return { kind: 'rateLimited', detail };
	if (isUnavailable(status)) return { kind: 'gateway', detail };
	// 303 is how some servers answer a POST that they have carried out
	if (status >= 300 && status < 400 && status !== 303) {
		return { kind: 'redirect', detail: brief(headers.location ?? '') };
	}
	if (status >= 400) return { kind: 'notVeoApi', detail };
	return { kind: 'malformed', detail };
}
