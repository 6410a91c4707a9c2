import { createHash, timingSafeEqual } from 'node:crypto';
import { quote } from '../quote';
import { err, ok, type Result } from '../result';
import { getOwnProperty, type WebhookRequest } from './request';

export const SECRET_CREDENTIAL_TYPE = 'veoWebhookApi';

/** RFC 9110, 5.6.2: the characters of a header's name. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** A header that requests must contain. */
export interface Secret {
	/** In lower case. */
	header: string;
	value: string;
}

/**
 * Parses the fields of the 'Veo Webhook API' credential.
 * @returns the secret, or what is wrong and how to correct it
 */
export function parseSecret(
	headerName: unknown,
	headerValue: unknown,
): Result<Secret, { message: string; description: string }> {
	const header = typeof headerName === 'string' ? headerName.trim() : '';
	if (!HEADER_NAME.test(header)) {
		return err({
			message: `'Header Name' in the credential can't be ${quote(header)}`,
			description: 'Use letters, digits and hyphens, e.g. X-Webhook-Secret.',
		});
	}
	const value = typeof headerValue === 'string' ? headerValue.trim() : '';
	if (value === '') {
		return err({
			message: "'Header Value' is missing in the credential",
			description: "Open the 'Veo Webhook API' credential and enter the value.",
		});
	}
	return ok({ header: header.toLowerCase(), value });
}

/** Whether a request has the secret, compared in constant time. */
export function hasValidSecret({ headers }: WebhookRequest, { header, value }: Secret): boolean {
	const sent = getOwnProperty(headers, header);
	// Node.js decodes the bytes of headers as Latin-1, regardless of their actual encoding
	return typeof sent === 'string' && timingSafeEqual(digest(sent, 'latin1'), digest(value, 'utf8'));
}

function digest(text: string, encoding: BufferEncoding): Buffer {
	return createHash('sha256').update(Buffer.from(text, encoding)).digest();
}
