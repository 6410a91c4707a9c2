import type { MemoryPeak } from './residentMemory';

/** Bytes in a megabyte, as in the API's limit of 50 MB for an image. */
export const MB = 1024 * 1024;

/** What one child process measures. */
export interface Scenario {
	/** `generate` waits for the video and downloads it. */
	work: 'upload' | 'download' | 'generate';
	/** Size of the image or video, bytes. */
	bytes: number;
	/** Origin of the sandbox. */
	origin: string;
	/** Path of the image for `upload`. */
	image: string;
	/** Its ID in n8n's binary data storage, if it is there. */
	storedImage?: string;
	/** Path of a small image for the warm-up. */
	smallImage: string;
}

export interface Result extends MemoryPeak {
	/** Duration of the execution. */
	seconds: number;
}

/** The functions of child.ts. */
export interface MemoryFunctions {
	measure(scenario: Scenario): Promise<Result>;
	/** Puts an image into n8n's binary data storage. @returns its ID there */
	store(path: string): Promise<string | undefined>;
}

/**
 * Bytes. The highest of the three, because a sample can miss the peak, and buffers can use pages
 * that were resident before.
 */
export function highest({ sampled, kernel, buffers }: Result): number {
	return Math.max(sampled, kernel ?? 0, buffers);
}
