import type { NetworkFault, NetworkFaultKind } from '../api/http';

const KIND_OF_CODE: ReadonlyMap<string, NetworkFaultKind> = new Map([
	['ECONNREFUSED', 'refused'],
	['ENOTFOUND', 'dns'],
	['EAI_AGAIN', 'dns'],
	['ECONNRESET', 'reset'],
	['EPIPE', 'reset'],
	['ECONNABORTED', 'timeout'],
	['ETIMEDOUT', 'timeout'],
	['ERR_CANCELED', 'stopped'],
]);

/** OpenSSL's and Node's names for a handshake that did not come about. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;
/** A connection that broke after the handshake: the request may have got through. */
const TLS_BROKEN = /BAD_RECORD_MAC|DECRYPTION_FAILED/i;
/** Node's words where the socket closes during the handshake, under the code ECONNRESET. */
const TLS_MESSAGE = /before secure TLS connection was established|SSL routines/;
/** Axios' words for an answer that breaks off, where the code of what it wraps is lost. */
const CUT_MESSAGE = 'stream has been aborted';

/**
 * Tells what kind of trouble kept a request from being answered. n8n wraps axios' error, which
 * wraps Node's; the code stands at one of these depths (n8n 2.41.1). Before 2.35 n8n drops what it
 * wraps, and keeps the code as `httpCode`, the words in `messages`.
 */
export function networkFault(error: unknown): NetworkFault {
	const layers = causesOf(error);
	const codes = layers.flatMap((layer) => [
		textAt(layer, 'code'),
		textAt(layer, 'httpCode').replace(/^\d+$/, ''), // mostly it is the HTTP status
	]);
	const messages = layers.flatMap((layer) => [
		textAt(layer, 'message'),
		...textsAt(layer, 'messages'),
	]);
	// the innermost words are the technical ones: n8n replaces the outer ones by its own
	const detail = [codes.find(Boolean), messages.findLast(Boolean)].filter(Boolean).join(': ');
	if (TLS_BROKEN.test(detail.replaceAll(' ', '_'))) return { fault: 'reset', detail };
	if (
		codes.some((code) => TLS_CODE.test(code)) ||
		messages.some((text) => TLS_MESSAGE.test(text))
	) {
		return { fault: 'tls', detail };
	}
	for (const code of codes) {
		const fault = KIND_OF_CODE.get(code);
		if (fault) return { fault, detail };
	}
	return { fault: messages.includes(CUT_MESSAGE) ? 'reset' : 'network', detail };
}

function causesOf(error: unknown): object[] {
	const layers: object[] = [];
	let layer = error;
	while (typeof layer === 'object' && layer !== null && layers.length < 5) {
		layers.push(layer);
		layer = Reflect.get(layer, 'cause');
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
