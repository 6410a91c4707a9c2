import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { PACKAGE_FOLDER } from './paths';

const FREE_BOX_HEADER = 8;
const LARGE_BOX_HEADER = 16;
const ZEROS = Buffer.alloc(64 * 1024);

const files = new Map<string, Buffer>();

/** The sample video (MP4) for an aspect ratio; `auto` is 16:9. */
export function sampleVideo(aspectRatio: string): Buffer {
	const name = aspectRatio === '9:16' ? 'portrait.mp4' : 'landscape.mp4';
	const content = files.get(name) ?? readFileSync(join(PACKAGE_FOLDER, 'media', name));
	files.set(name, content);
	return content;
}

/**
 * A video of any length, generated while it is read. The sample is followed by an MP4 `free` box of
 * zeros, which players skip.
 */
export class Video {
	private readonly head: Buffer;
	/** Bytes. */
	readonly length: number;

	/** @param length bytes. null: the length of the sample. A smaller value cuts the sample. */
	constructor(sample: Buffer, length: number | null) {
		this.length = length ?? sample.length;
		const padding = this.length - sample.length;
		this.head = padding > 0 ? Buffer.concat([sample, freeBoxHeader(padding)]) : sample;
	}

	/** Streams the bytes from `start` to `end`, both inclusive, with backpressure. */
	read(start: number, end: number): Readable {
		return Readable.from(this.chunks(start, end + 1), { objectMode: false });
	}

	private *chunks(start: number, stop: number): Generator<Buffer> {
		const head = this.head.subarray(start, Math.min(stop, this.length));
		if (head.length > 0) yield head;
		for (let at = Math.max(start, this.head.length); at < stop; at += ZEROS.length) {
			yield ZEROS.subarray(0, Math.min(ZEROS.length, stop - at));
		}
	}
}

/** The header of a `free` box of `size` bytes, or only zeros if a header doesn't fit. */
function freeBoxHeader(size: number): Buffer {
	if (size < FREE_BOX_HEADER) return Buffer.alloc(size);
	if (size < 2 ** 32) {
		const header = Buffer.alloc(FREE_BOX_HEADER);
		header.writeUInt32BE(size);
		header.write('free', 4, 'latin1');
		return header;
	}
	// A size of 1 means that a 64-bit size follows the type.
	const header = Buffer.alloc(LARGE_BOX_HEADER);
	header.writeUInt32BE(1);
	header.write('free', 4, 'latin1');
	header.writeBigUInt64BE(BigInt(size), 8);
	return header;
}

export interface ByteRange {
	start: number;
	/** Inclusive. */
	end: number;
}

/**
 * Parses a Range header for a body of `length` bytes.
 * @returns null to send the whole body (no or unsupported range), 'unsatisfiable' for HTTP 416
 */
export function parseRange(
	header: string | undefined,
	length: number,
): ByteRange | 'unsatisfiable' | null {
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
	if (from === '' && to === '') return null;
	if (from === '') {
		const count = Math.min(Number(to), length);
		return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
	}
	const start = Number(from);
	const end = to === '' ? length - 1 : Math.min(Number(to), length - 1);
	if (to !== '' && Number(to) < start) return null;
	return start >= length ? 'unsatisfiable' : { start, end };
}
