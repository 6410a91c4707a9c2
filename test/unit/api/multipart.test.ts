import { Readable } from 'node:stream';
import fc from 'fast-check';
import { multipartBody, type FilePart } from '../../../nodes/Veo/api/multipart';
import { flushEventLoop } from '../support/eventLoop';

const CONTENT = Buffer.from(
	'\xff\xd8\xff the bytes of an image \r\n--not-the-boundary\r\n',
	'latin1',
);

function createFile(overrides: Partial<FilePart> = {}): FilePart {
	return {
		fileName: 'photo.jpg',
		mimeType: 'image/jpeg',
		size: CONTENT.length,
		open: async () => CONTENT,
		...overrides,
	};
}

/** A file that is streamed in chunks, as from n8n's binary data storage. */
function streamFile(content: Buffer, chunkBytes = 7): FilePart {
	const chunks: Buffer[] = [];
	for (let at = 0; at < content.length; at += chunkBytes) {
		chunks.push(content.subarray(at, at + chunkBytes));
	}
	return createFile({ size: content.length, open: async () => Readable.from(chunks) });
}

async function readBody(body: Buffer | NodeJS.ReadableStream): Promise<Buffer> {
	if (Buffer.isBuffer(body)) return body;
	const chunks: Buffer[] = [];
	for await (const chunk of body) chunks.push(Buffer.from(chunk));
	return Buffer.concat(chunks);
}

function boundaryOf(headers: Record<string, string>): string {
	return /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
}

describe('an upload', () => {
	it.each([
		['in memory', createFile()],
		['in storage', streamFile(CONTENT)],
	])('of a file %s has the body that a browser would send', async (_, file) => {
		const { headers, body } = await multipartBody(file);
		const boundary = boundaryOf(headers);
		expect(boundary).not.toBe('');
		const expected = Buffer.concat([
			Buffer.from(
				`--${boundary}\r\n` +
					'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\n' +
					'Content-Type: image/jpeg\r\n\r\n',
			),
			CONTENT,
			Buffer.from(`\r\n--${boundary}--\r\n`),
		]);
		const sent = await readBody(body);
		expect(sent.toString('latin1')).toBe(expected.toString('latin1'));
		expect(headers['content-length']).toBe(String(expected.length));
	});

	it('of a file in storage is streamed', async () => {
		const { body } = await multipartBody(streamFile(CONTENT));
		expect(Buffer.isBuffer(body)).toBe(false);
	});

	it.each([
		['photo.jpg', 'photo.jpg'],
		['my "best" photo.jpg', 'my %22best%22 photo.jpg'],
		['two\r\nlines.jpg', 'two%0D%0Alines.jpg'],
		['a"\r\nContent-Type: text/html\r\n\r\n', 'a%22%0D%0AContent-Type: text/html%0D%0A%0D%0A'],
		['Ærø 海.jpg', 'Ærø 海.jpg'],
		['50%.jpg', '50%.jpg'],
		["it's; here.jpg", "it's; here.jpg"],
		['', ''],
	])('escapes the file name %j as browsers do', async (fileName, escaped) => {
		const { headers, body } = await multipartBody(createFile({ fileName }));
		const sent = (await readBody(body)).toString();
		expect(sent).toContain(`; name="file"; filename="${escaped}"\r\n`);
		expect(headers['content-length']).toBe(String(Buffer.byteLength(await readBody(body))));
	});

	it('has one part and the correct content-length for any file and file name', async () => {
		const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
		await fc.assert(
			fc.asyncProperty(bytes, fc.string({ unit: 'binary' }), fc.boolean(), async (...row) => {
				const [content, fileName, isStreamed] = row;
				const file = isStreamed ? streamFile(content) : createFile({ open: async () => content });
				const { headers, body } = await multipartBody({
					...file,
					fileName,
					size: content.length,
				});
				const sent = await readBody(body);
				expect(headers['content-length']).toBe(String(sent.length));
				const head = sent.subarray(0, sent.indexOf('\r\n\r\n'));
				expect(head.toString().split('\r\n')).toHaveLength(3);
				expect(sent.includes(content)).toBe(true);
			}),
		);
	});

	it('has a new boundary each time', async () => {
		const first = await multipartBody(createFile());
		const second = await multipartBody(createFile());
		expect(boundaryOf(first.headers)).not.toBe(boundaryOf(second.headers));
	});

	it('closes the file if the request did not read it', async () => {
		const stream = Readable.from([CONTENT]);
		const { close } = await multipartBody(createFile({ open: async () => stream }));
		close();
		expect(stream.destroyed).toBe(true);
		// an unhandled error would end n8n's process, and fails this test
		await flushEventLoop();
	});

	it('closes the file if the request read only part of it', async () => {
		const stream = Readable.from([CONTENT, CONTENT, CONTENT]);
		const file = createFile({ size: 3 * CONTENT.length, open: async () => stream });
		const { body, close } = await multipartBody(file);
		if (Buffer.isBuffer(body)) throw new Error('The body is not a stream');
		const reader = body[Symbol.asyncIterator]();
		await reader.next();
		// a closed connection ends the reading
		await reader.return?.();
		close();
		expect(stream.destroyed).toBe(true);
		await flushEventLoop();
	});

	it('closes a file that was read to its end, or is in memory, without an exception', async () => {
		const fromStorage = await multipartBody(streamFile(CONTENT));
		await readBody(fromStorage.body);
		expect(() => fromStorage.close()).not.toThrow();
		const inMemory = await multipartBody(createFile());
		expect(() => inMemory.close()).not.toThrow();
	});

	it('fails if the file was deleted before the request reads it', async () => {
		const stream = new Readable({ read: () => {} });
		const { body } = await multipartBody(createFile({ open: async () => stream }));
		stream.destroy(new Error('no such file'));
		await flushEventLoop();
		await expect(readBody(body)).rejects.toThrow('no such file');
	});

	it('fails if the file cannot be read to its end', async () => {
		const broken = async function* () {
			yield CONTENT;
			throw new Error('the disk was removed');
		};
		const { body } = await multipartBody(createFile({ open: async () => Readable.from(broken()) }));
		await expect(readBody(body)).rejects.toThrow('the disk was removed');
	});

	it.each([
		['shorter', CONTENT.length + 10, `then ${CONTENT.length} bytes`],
		['longer', CONTENT.length - 10, 'then more'],
	])('fails with the name of a file that became %s', async (_, size, change) => {
		const { body, checkSize } = await multipartBody({ ...streamFile(CONTENT), size });
		const message = `The file "photo.jpg" changed while it was sent: it had ${size} bytes, ${change}`;
		await expect(readBody(body)).rejects.toThrow(message);
		expect(checkSize).toThrow(message);
	});
});
