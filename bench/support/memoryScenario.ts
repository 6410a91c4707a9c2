import { z } from 'zod';

/** What one child process measures; handed to it as JSON. */
export const scenarioSchema = z.object({
	/** `generate` waits for the video and downloads it. */
	work: z.enum(['upload', 'download', 'generate']),
	/** Size of the image or video, bytes. */
	bytes: z.number().int(),
	/** Where the sandbox listens. */
	origin: z.string(),
	/** Path of the image of that many bytes, for `upload`. */
	image: z.string(),
	/** Its id in n8n's store, where an earlier node of the workflow left it there. */
	storedImage: z.string().optional(),
	/** Path of a small image, to warm up. */
	smallImage: z.string(),
});
export type Scenario = z.output<typeof scenarioSchema>;

/** What it found; bytes as in MemoryPeak. */
export const resultSchema = z.object({
	sampled: z.number(),
	kernel: z.number().nullable(),
	buffers: z.number(),
	/** Of the node's run alone. */
	seconds: z.number(),
});
export type Result = z.output<typeof resultSchema>;

/**
 * The highest of the three: a sample may miss the peak, and buffers may lie on pages that were
 * resident before. Bytes.
 */
export function highest({ sampled, kernel, buffers }: Result): number {
	return Math.max(sampled, kernel ?? 0, buffers);
}
