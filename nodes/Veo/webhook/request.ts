import { parseId } from '../api/parse';
import { parseJson } from '../api/types';
import { videoIdProblem } from '../api/videoId';

/** A request is about one video; a larger body is invalid. */
export const MAX_BODY_BYTES = 100_000;

/** An incoming webhook request as n8n provides it: nothing in it is trusted. */
export interface WebhookRequest {
	/** Names in lower case. */
	headers: Record<string, string | string[] | undefined>;
	query: unknown;
	/** Parsed by n8n if it supports the content type. */
	body: unknown;
	/** The raw bytes; n8n does not keep those of multipart forms. */
	rawBody: unknown;
}

export function isTooLarge({ headers, rawBody }: WebhookRequest): boolean {
	const bytes = Buffer.isBuffer(rawBody) ? rawBody.length : Number(headers['content-length'] ?? 0);
	return bytes > MAX_BODY_BYTES;
}

/**
 * The ID of the video of a request: `uuid`, `data.uuid` or the query's `uuid`.
 * @returns undefined if it is missing or invalid
 */
export function extractVideoId({ body, rawBody, query }: WebhookRequest): string | undefined {
	const content = typeof body === 'object' && body !== null ? body : parseRawBody(rawBody);
	for (const source of [content, getOwnProperty(content, 'data'), query]) {
		const id = parseId(getOwnProperty(source, 'uuid'));
		if (id !== '') return videoIdProblem(id) === undefined ? id : undefined;
	}
	return undefined;
}

/** JSON with a wrong content type, or without one. */
function parseRawBody(rawBody: unknown): unknown {
	return Buffer.isBuffer(rawBody) ? parseJson(rawBody.toString()) : undefined;
}

/** Untrusted input must not reach inherited properties. */
export function getOwnProperty(value: unknown, key: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
	const found: unknown = Reflect.get(value, key);
	return found;
}
