import { join } from 'node:path';
import { root } from '../../scripts/lib/paths';
import type { RunningN8n } from '../../scripts/n8n/instance';

/** Files of the examples, which every tested n8n can read. */
export const MEDIA = join(root, 'examples', 'media');

/** An n8n that several test files use, one after another. */
export interface SharedN8n extends RunningN8n {
	/** A folder that the file nodes can access, besides examples/media. */
	folder: string;
}

declare global {
	/** Starts the n8n that the test files of a worker share. */
	function sharedN8n(): Promise<SharedN8n>;
}
