import type { Readable } from './readable';

/** The largest response of the API, decompressed. Real ones have a few kilobytes. */
const MAX_BYTES = 1024 ** 2;
/** How much is kept of a response that isn't complete. */
const START_BYTES = 64 * 1024;

/**
 * The body of one response, counted while it is received. It is copied into one buffer: a small chunk
 * can be a part of a large one.
 */
export class ResponseBody {
	private content = Buffer.alloc(0);
	private bytes = 0;

	/** Reads to the end, or to the limit; then the stream is destroyed. */
	async read(stream: Readable): Promise<void> {
		// an abort after the last read emits one more
		stream.on('error', () => {});
		for await (const chunk of stream) {
			if (Buffer.isBuffer(chunk)) this.add(chunk);
			if (this.isTooLarge) return;
		}
	}

	get isTooLarge(): boolean {
		return this.bytes > MAX_BYTES;
	}

	get text(): string {
		return this.decode(this.bytes);
	}

	/** The start of a response that is too large or broke off. */
	get start(): string {
		return this.decode(Math.min(this.bytes, START_BYTES));
	}

	private decode(bytes: number): string {
		// without a byte order mark, which JSON.parse rejects
		return this.content.toString('utf8', 0, bytes).replace(/^\ufeff/, '');
	}

	private add(chunk: Buffer): void {
		const end = this.bytes + chunk.length;
		if (end > this.content.length) {
			const larger = Buffer.alloc(Math.max(end, this.content.length * 2));
			this.content.copy(larger);
			this.content = larger;
		}
		chunk.copy(this.content, this.bytes);
		this.bytes = end;
	}
}
