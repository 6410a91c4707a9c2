import type { NetworkError, NetworkErrorKind } from '../api/http';
import { toSingleLine } from '../api/response';

const NETWORK_ERRORS_BY_CODE: ReadonlyMap<string, NetworkErrorKind> = new Map([
	['ECONNREFUSED', 'refused'],
	['ENOTFOUND', 'dns'],
	['EAI_AGAIN', 'dns'],
	['ENETUNREACH', 'unreachable'],
	['EHOSTUNREACH', 'unreachable'],
	['ENETDOWN', 'unreachable'],
	['EADDRNOTAVAIL', 'unreachable'],
	['EMFILE', 'local'],
	['ENFILE', 'local'],
	['ECONNRESET', 'reset'],
	['EPIPE', 'reset'],
	['ECONNABORTED', 'timeout'],
	['ETIMEDOUT', 'timeout'],
	['ERR_CANCELED', 'canceled'],
]);

/** Codes of OpenSSL and Node.js for a handshake that failed. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;
/** A connection that broke after the handshake: the request may have been received. */
const TLS_BROKEN = /BAD_RECORD_MAC|DECRYPTION_FAILED/i;
/** The message of Node.js if the socket closes during the handshake, with the code ECONNRESET. */
const TLS_MESSAGE = /before secure TLS connection was established|SSL routines/;
/** The message of axios for an incomplete response, whose original code is lost. */
const CUT_MESSAGE = 'stream has been aborted';
/** The message of n8n's SSRF protection (2.41.1: SsrfBlockedIpError, SsrfBlockedHostnameError). */
const BLOCKED_MESSAGE = /^The request was blocked because/;
/** System calls before anything is sent. */
const CONNECTING = ['connect', 'getaddrinfo'];

/**
 * Classifies the error of a request without a response. n8n wraps the error of axios, which wraps that
 * of Node.js; the code is at one of these levels (n8n 2.41.1). n8n before 2.35 drops the wrapped error
 * and keeps its code as `httpCode` and its text in `messages`.
 */
export function classifyNetworkError(error: unknown): NetworkError {
	const layers = causesOf(error);
	const codes = layers.flatMap((layer) => [
		textAt(layer, 'code'),
		textAt(layer, 'httpCode').replace(/^\d+$/, ''), // usually the HTTP status
	]);
	const messages = layers.flatMap((layer) => [
		textAt(layer, 'message'),
		...textsAt(layer, 'messages'),
	]);
	// the innermost message is the technical one: n8n replaces the outer ones
	const detail = toSingleLine(
		[codes.find(Boolean), messages.findLast(Boolean)].filter(Boolean).join(': '),
	);
	const unsent = layers.some((layer) => CONNECTING.includes(textAt(layer, 'syscall')));
	return { kind: kindOf(codes, messages, detail), detail, ...(unsent && { unsent }) };
}

function kindOf(codes: string[], messages: string[], detail: string): NetworkErrorKind {
	if (messages.some((text) => BLOCKED_MESSAGE.test(text))) return 'blocked';
	if (TLS_BROKEN.test(detail.replaceAll(' ', '_'))) return 'reset';
	if (
		codes.some((code) => TLS_CODE.test(code)) ||
		messages.some((text) => TLS_MESSAGE.test(text))
	) {
		return 'tls';
	}
	for (const code of codes) {
		const kind = NETWORK_ERRORS_BY_CODE.get(code);
		if (kind) return kind;
	}
	return messages.includes(CUT_MESSAGE) ? 'reset' : 'network';
}

/** The error and what it wraps, including the attempts of a connection to several addresses. */
function causesOf(error: unknown): object[] {
	const layers: object[] = [];
	let layer = error;
	while (typeof layer === 'object' && layer !== null && layers.length < 6) {
		layers.push(layer);
		const attempts: unknown = Reflect.get(layer, 'errors');
		const next: unknown = Reflect.get(layer, 'cause');
		layer = next ?? (Array.isArray(attempts) ? attempts[0] : undefined);
	}
	return layers;
}

function textAt(layer: object, key: string): string {
	const value: unknown = Reflect.get(layer, key);
	return typeof value === 'string' ? value : '';
}

function textsAt(layer: object, key: string): string[] {
	const value: unknown = Reflect.get(layer, key);
	return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
