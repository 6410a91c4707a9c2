import { randomUUID } from 'node:crypto';

/** A file to send; `open` is called anew for every attempt, as a stream can be read only once. */
export interface FilePart {
	fileName: string;
	mimeType: string;
	/** Size in bytes, exact: it goes into content-length. */
	size: number;
	open(): Promise<Buffer | FileStream>;
}

/** A Node stream that another reader can be put behind (Readable.compose, Node 18.13 and later). */
export interface FileStream extends NodeJS.ReadableStream {
	compose(
		transform: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
	): NodeJS.ReadableStream;
	destroy(): unknown;
}

export interface MultipartBody {
	headers: Record<string, string>;
	body: Buffer | NodeJS.ReadableStream;
	/** Lets go of the file where the request did not read it to its end. */
	close(): void;
}

/** Quotes a file name as browsers do (WHATWG HTML, "multipart form data", step 4). */
function quoted(name: string): string {
	const escapes: Record<string, string> = { '\n': '%0A', '\r': '%0D', '"': '%22' };
	return name.replace(/[\n\r"]/g, (character) => escapes[character] ?? character);
}

/**
 * A multipart/form-data body with one part named `file`. It is streamed where the file is, and
 * always has a content-length: many gateways refuse chunked uploads.
 */
export async function multipartBody(file: FilePart): Promise<MultipartBody> {
	const boundary = `veo-${randomUUID()}`;
	const head = Buffer.from(
		`--${boundary}\r\n` +
			`Content-Disposition: form-data; name="file"; filename="${quoted(file.fileName)}"\r\n` +
			`Content-Type: ${file.mimeType}\r\n\r\n`,
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	const content = await file.open();
	const headers = {
		'content-type': `multipart/form-data; boundary=${boundary}`,
		'content-length': String(head.length + file.size + tail.length),
	};
	if (Buffer.isBuffer(content)) {
		return { headers, body: Buffer.concat([head, content, tail]), close: () => {} };
	}
	const body = content.compose(async function* (source) {
		yield head;
		yield* source;
		yield tail;
	});
	// Until somebody reads it, nobody hears that the file is gone or was closed, and Node would end
	// n8n's process for that (20.20): so reading begins here. Whoever reads on still gets the error.
	body.on('error', () => {});
	body.read(0);
	return { headers, body, close: () => content.destroy() };
}
