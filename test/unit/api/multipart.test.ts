import { Readable } from 'node:stream';
import fc from 'fast-check';
import { multipartBody, type FilePart } from '../../../nodes/Veo/api/multipart';
import { flushEventLoop } from '../support/eventLoop';

const CONTENT = Buffer.from(
	'\xff\xd8\xff the bytes of an image \r\n--not-the-boundary\r\n',
	'latin1',
);

function part(more: Partial<FilePart> = {}): FilePart {
	return {
		fileName: 'photo.jpg',
		mimeType: 'image/jpeg',
		size: CONTENT.length,
		open: async () => CONTENT,
		...more,
	};
}

/** The same file, as it comes from a store: in pieces. */
function streamed(content: Buffer, pieceBytes = 7): FilePart {
	const pieces: Buffer[] = [];
	for (let at = 0; at < content.length; at += pieceBytes) {
		pieces.push(content.subarray(at, at + pieceBytes));
	}
	return part({ size: content.length, open: async () => Readable.from(pieces) });
}

async function bytesOf(body: Buffer | NodeJS.ReadableStream): Promise<Buffer> {
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
		['in memory', part()],
		['in a store', streamed(CONTENT)],
	])('of a file %s is exactly what a browser would send', async (_, file) => {
		const { headers, body } = await multipartBody(file);
		const boundary = boundaryOf(headers);
		expect(boundary).not.toBe('');
		const wanted = Buffer.concat([
			Buffer.from(
				`--${boundary}\r\n` +
					'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\n' +
					'Content-Type: image/jpeg\r\n\r\n',
			),
			CONTENT,
			Buffer.from(`\r\n--${boundary}--\r\n`),
		]);
		const sent = await bytesOf(body);
		expect(sent.toString('latin1')).toBe(wanted.toString('latin1'));
		expect(headers['content-length']).toBe(String(wanted.length));
	});

	it('of a file in a store is not held in memory as a whole', async () => {
		const { body } = await multipartBody(streamed(CONTENT));
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
	])('quotes the file name %j as browsers do', async (fileName, quoted) => {
		const { headers, body } = await multipartBody(part({ fileName }));
		const sent = (await bytesOf(body)).toString();
		expect(sent).toContain(`; name="file"; filename="${quoted}"\r\n`);
		expect(headers['content-length']).toBe(String(Buffer.byteLength(await bytesOf(body))));
	});

	it('says its exact length and is one part, whatever the file and its name are', async () => {
		const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
		await fc.assert(
			fc.asyncProperty(bytes, fc.string({ unit: 'binary' }), fc.boolean(), async (...given) => {
				const [content, fileName, fromStore] = given;
				const file = fromStore ? streamed(content) : part({ open: async () => content });
				const { headers, body } = await multipartBody({
					...file,
					fileName,
					size: content.length,
				});
				const sent = await bytesOf(body);
				expect(headers['content-length']).toBe(String(sent.length));
				const head = sent.subarray(0, sent.indexOf('\r\n\r\n'));
				expect(head.toString().split('\r\n')).toHaveLength(3);
				expect(sent.includes(content)).toBe(true);
			}),
		);
	});

	it('separates with a new boundary every time', async () => {
		const first = await multipartBody(part());
		const second = await multipartBody(part());
		expect(boundaryOf(first.headers)).not.toBe(boundaryOf(second.headers));
	});

	it('lets go of the file where the request did not read it', async () => {
		const stream = Readable.from([CONTENT]);
		const { close } = await multipartBody(part({ open: async () => stream }));
		close();
		expect(stream.destroyed).toBe(true);
		// an error that nobody hears would end n8n: here it would fail this test
		await flushEventLoop();
	});

	it('lets go of the file where the request read only a part of it', async () => {
		const stream = Readable.from([CONTENT, CONTENT, CONTENT]);
		const file = part({ size: 3 * CONTENT.length, open: async () => stream });
		const { body, close } = await multipartBody(file);
		if (Buffer.isBuffer(body)) throw new Error('It is held in memory');
		const reader = body[Symbol.asyncIterator]();
		await reader.next();
		// what a cut connection does: the reader goes away
		await reader.return?.();
		close();
		expect(stream.destroyed).toBe(true);
		await flushEventLoop();
	});

	it('may let go of a file that was read to its end, or lies in memory', async () => {
		const fromStore = await multipartBody(streamed(CONTENT));
		await bytesOf(fromStore.body);
		expect(() => fromStore.close()).not.toThrow();
		const inMemory = await multipartBody(part());
		expect(() => inMemory.close()).not.toThrow();
	});

	it('of a file that is gone ends with that trouble, though the request reads it only later', async () => {
		const stream = new Readable({ read: () => {} });
		const { body } = await multipartBody(part({ open: async () => stream }));
		stream.destroy(new Error('no such file'));
		await flushEventLoop();
		await expect(bytesOf(body)).rejects.toThrow('no such file');
	});

	it('ends with the trouble of a file that cannot be read', async () => {
		const broken = async function* () {
			yield CONTENT;
			throw new Error('the disk is gone');
		};
		const { body } = await multipartBody(part({ open: async () => Readable.from(broken()) }));
		await expect(bytesOf(body)).rejects.toThrow('the disk is gone');
	});
});
