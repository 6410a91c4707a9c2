import { PassThrough, type Readable } from 'node:stream';

import { Busboy } from '@fastify/busboy';

/** A form that is parsed while it is forwarded. */
export interface ObservedForm {
	/** The unchanged bytes, for the API. */
	forwarded: Readable;
	/** The names of the parts. A file with a name has {@link FILE} as value, another part has null. */
	parts: Promise<Record<string, string | null>>;
}

/** Stands for the name of a file, which can be private. */
const FILE = '(file)';

/** Parses a multipart form without storing it. An invalid one has no parts. */
export function observeForm(payload: Readable, contentType: string): ObservedForm {
	const forwarded = payload.pipe(new PassThrough());
	return { forwarded, parts: readParts(payload, contentType).catch(() => ({})) };
}

async function readParts(payload: Readable, contentType: string) {
	const parts: Record<string, string | null> = {};
	const form = new Busboy({ headers: { 'content-type': contentType } });
	form.on('field', (name) => (parts[name] = null));
	form.on('file', (name, file, fileName) => {
		parts[name] = fileName === '' ? null : FILE;
		file.resume();
	});
	await new Promise((resolve, reject) => {
		form.once('finish', resolve).once('error', reject);
		payload.once('error', reject).pipe(form);
	});
	return parts;
}
