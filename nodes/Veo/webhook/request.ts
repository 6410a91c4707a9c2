import { createHash, timingSafeEqual } from 'node:crypto';
import { idOf } from '../api/parse';
import { parseJson } from '../api/types';
import { videoIdFlaw } from '../api/videoId';

/** A call tells of one video; anything larger is no such call. */
export const MAX_BODY_BYTES = 100_000;

/** A call from outside, as n8n hands it over: nothing in it is to be believed. */
export interface IncomingCall {
	/** Names in lower case. */
	headers: Record<string, string | string[] | undefined>;
	query: unknown;
	/** Parsed by n8n, if it knew the content type. */
	body: unknown;
	/** The bytes as they came; n8n does not keep those of multipart forms. */
	rawBody: unknown;
}

/** A header that callers must send. */
export interface Secret {
	/** In lower case. */
	header: string;
	value: string;
}

/** Whether a call has the secret, found out in a time that says nothing about how much is right. */
export function isTrusted({ headers }: IncomingCall, { header, value }: Secret): boolean {
	const sent = own(headers, header);
	// Node.js reads the bytes of headers as Latin-1, whatever they were meant to be
	return typeof sent === 'string' && timingSafeEqual(digest(sent, 'latin1'), digest(value, 'utf8'));
}

function digest(text: string, encoding: BufferEncoding): Buffer {
	return createHash('sha256').update(Buffer.from(text, encoding)).digest();
}

export function isTooLarge({ headers, rawBody }: IncomingCall): boolean {
	const bytes = Buffer.isBuffer(rawBody) ? rawBody.length : Number(headers['content-length'] ?? 0);
	return bytes > MAX_BODY_BYTES;
}

/**
 * The id of the video that a call is about: `uuid`, `data.uuid` or the query's `uuid`.
 * @returns undefined where there is none, or none that could be one
 */
export function idIn({ body, rawBody, query }: IncomingCall): string | undefined {
	const content = typeof body === 'object' && body !== null ? body : jsonIn(rawBody);
	for (const place of [content, own(content, 'data'), query]) {
		const id = idOf(own(place, 'uuid'));
		if (id !== '') return videoIdFlaw(id) === undefined ? id : undefined;
	}
	return undefined;
}

/** JSON that was sent as something else, or as nothing in particular. */
function jsonIn(rawBody: unknown): unknown {
	return Buffer.isBuffer(rawBody) ? parseJson(rawBody.toString()) : undefined;
}

/** A value's own property: what comes from outside must not reach an inherited one. */
function own(value: unknown, key: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
	const found: unknown = Reflect.get(value, key);
	return found;
}
