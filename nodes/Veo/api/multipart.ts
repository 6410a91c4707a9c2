import { randomUUID } from 'node:crypto';
import { quote } from '../quote';

/** A file to send; `open` is called for every attempt, since a stream can be read only once. */
export interface FilePart {
	/** A clean base name, see fileName.ts. */
	fileName: string;
	mimeType: string;
	/** Exact size in bytes, for content-length. */
	size: number;
	open(): Promise<Buffer | FileStream>;
}

/** A Node stream that can be composed with a transform (Readable.compose, Node 18.13 and later). */
export interface FileStream extends NodeJS.ReadableStream {
	compose(
		transform: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
	): NodeJS.ReadableStream;
	destroy(): unknown;
}

export interface MultipartBody {
	headers: Record<string, string>;
	body: Buffer | NodeJS.ReadableStream;
	/** Closes the file if the request did not read it to the end. */
	close(): void;
	/** @throws FileChanged if the content did not have the size of the file */
	checkSize(): void;
}

/** A file that did not have its size when it was sent, so the request could not be completed. */
export class FileChanged extends Error {
	constructor({ fileName, size }: FilePart, sentBytes: number) {
		const length = sentBytes < size ? `${sentBytes} bytes` : 'more';
		super(
			`The file ${quote(fileName)} changed while it was sent: it had ${size} bytes, then ${length}`,
		);
	}
}

/** Escapes a file name as browsers do (WHATWG HTML, "multipart form data", step 4). */
export function escapeFileName(name: string): string {
	const escapes: Record<string, string> = { '\n': '%0A', '\r': '%0D', '"': '%22' };
	return name.replace(/[\n\r"]/g, (character) => escapes[character] ?? character);
}

/**
 * A multipart/form-data body with one part named `file`. A stream is streamed. The body always has a
 * content-length, since many gateways reject chunked uploads.
 */
export async function multipartBody(file: FilePart): Promise<MultipartBody> {
	const boundary = `veo-${randomUUID()}`;
	const head = Buffer.from(
		`--${boundary}\r\n` +
			`Content-Disposition: form-data; name="file"; filename="${escapeFileName(file.fileName)}"\r\n` +
			`Content-Type: ${file.mimeType}\r\n\r\n`,
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	const content = await file.open();
	const headers = {
		'content-type': `multipart/form-data; boundary=${boundary}`,
		'content-length': String(head.length + file.size + tail.length),
	};
	if (Buffer.isBuffer(content)) {
		return {
			...{ headers, body: Buffer.concat([head, content, tail]) },
			...{ close: () => {}, checkSize: () => {} },
		};
	}
	let changed: FileChanged | undefined;
	const body = content.compose(async function* (source) {
		yield head;
		let bytes = 0;
		for await (const chunk of source) {
			bytes += chunk.length;
			if (bytes > file.size) throw (changed = new FileChanged(file, bytes));
			yield chunk;
		}
		if (bytes < file.size) throw (changed = new FileChanged(file, bytes));
		yield tail;
	});
	// Before the request reads the stream, an error (file gone, closed) would have no listener and end
	// n8n's process (Node 20.20). So reading starts here; a later reader still gets the error.
	body.on('error', () => {});
	body.read(0);
	const checkSize = () => {
		if (changed) throw changed;
	};
	return { headers, body, close: () => content.destroy(), checkSize };
}
