import { randomUUID } from 'node:crypto';
import {
	createWriteStream,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { detectImageType, IMAGE_EXTENSIONS, type ImageType, SIGNATURE_LENGTH } from './signature';

/** The maximum of the API: 50 MB. */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

export interface StoredImage {
	imageKey: string;
	contentType: ImageType;
	bytes: number;
	fileName: string;
	path: string;
}

/** An image with its content, independent of a folder. */
export interface SavedImage extends Pick<StoredImage, 'imageKey' | 'contentType' | 'fileName'> {
	base64: string;
}

/** A file on disk that hasn't been checked yet: see {@link Uploads.store}. */
export interface ReceivedFile {
	path: string;
	bytes: number;
	signatureType: ImageType | null;
}

/** Uploaded images, in a temporary folder that is created on first use. */
export class Uploads {
	private readonly images = new Map<string, StoredImage>();
	private folder: string | null = null;

	/** Streams a file to disk and detects its type, with constant memory. */
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
		return { path, bytes, signatureType: detectImageType(head) };
	}

	/** Turns a received file into an image that can be downloaded. */
	store(file: ReceivedFile, contentType: ImageType, fileName: string): StoredImage {
		const imageKey = `${randomUUID()}.${IMAGE_EXTENSIONS[contentType]}`;
		const image = { imageKey, contentType, bytes: file.bytes, fileName, path: file.path };
		this.images.set(imageKey, image);
		return image;
	}

	/** Stores an image that was saved earlier, under its old key. */
	restore({ base64, ...image }: SavedImage): void {
		const folder = (this.folder ??= mkdtempSync(join(tmpdir(), 'veo-sandbox-')));
		const content = Buffer.from(base64, 'base64');
		const path = join(folder, randomUUID());
		writeFileSync(path, content);
		this.images.set(image.imageKey, { ...image, bytes: content.length, path });
	}

	/** All images with their content. */
	save(): SavedImage[] {
		return this.all().map(({ imageKey, contentType, fileName, path }) => ({
			...{ imageKey, contentType, fileName },
			base64: readFileSync(path, 'base64'),
		}));
	}

	/** Deletes a received file. */
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

	/** Deletes all images. */
	clear(): void {
		this.images.clear();
		if (this.folder === null) return;
		rmSync(this.folder, { recursive: true, force: true });
		// An upload in progress would fail without its folder, so the folder is recreated.
		mkdirSync(this.folder, { recursive: true });
	}

	/** Deletes all images and the folder. */
	dispose(): void {
		this.images.clear();
		if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
		this.folder = null;
	}
}
