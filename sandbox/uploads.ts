import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { IMAGE_EXTENSIONS, type ImageType, imageTypeOf, SIGNATURE_LENGTH } from './signature';

/** 50 MB, the most that the API takes. */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

export interface StoredImage {
	imageKey: string;
	contentType: ImageType;
	bytes: number;
	fileName: string;
	path: string;
}

/** A file on disk that has not been judged yet: see {@link Uploads.keep}. */
export interface ReceivedFile {
	path: string;
	bytes: number;
	signatureType: ImageType | null;
}

/** Uploaded images, on disk in a temporary folder that is made on first use. */
export class Uploads {
	private readonly images = new Map<string, StoredImage>();
	private folder: string | null = null;

	/** Streams a file to disk, looking at its bytes on the way; memory stays flat. */
	async receive(source: Readable): Promise<ReceivedFile> {
		this.folder ??= mkdtempSync(join(tmpdir(), 'veo-sandbox-'));
		const path = join(this.folder, randomUUID());
		let bytes = 0;
		let head = Buffer.alloc(0);
		async function* measure(chunks: AsyncIterable<Buffer>) {
			for await (const chunk of chunks) {
				bytes += chunk.length;
				if (head.length < SIGNATURE_LENGTH) {
					head = Buffer.concat([head, chunk.subarray(0, SIGNATURE_LENGTH)]);
				}
				yield chunk;
			}
		}
		try {
			await pipeline(source, measure, createWriteStream(path));
		} catch (error) {
			rmSync(path, { force: true });
			throw error;
		}
		return { path, bytes, signatureType: imageTypeOf(head) };
	}

	/** Makes a received file an image that can be fetched. */
	keep(file: ReceivedFile, contentType: ImageType, fileName: string): StoredImage {
		const imageKey = `${randomUUID()}.${IMAGE_EXTENSIONS[contentType]}`;
		const image = { imageKey, contentType, bytes: file.bytes, fileName, path: file.path };
		this.images.set(imageKey, image);
		return image;
	}

	/** Deletes a file that is not to be kept. */
	discard(file: { path: string }): void {
		rmSync(file.path, { force: true });
	}

	remove(imageKey: string): void {
		const image = this.images.get(imageKey);
		this.images.delete(imageKey);
		if (image !== undefined) this.discard(image);
	}

	find(imageKey: string): StoredImage | undefined {
		return this.images.get(imageKey);
	}

	all(): StoredImage[] {
		return [...this.images.values()];
	}

	/** Forgets all images and removes the folder. */
	clear(): void {
		this.images.clear();
		if (this.folder === null) return;
		rmSync(this.folder, { recursive: true, force: true });
		// A request still being received would fail in a removed folder: keep it, emptied.
		mkdirSync(this.folder, { recursive: true });
	}

	/** Removes the folder for good. */
	dispose(): void {
		this.images.clear();
		if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
		this.folder = null;
	}
}
