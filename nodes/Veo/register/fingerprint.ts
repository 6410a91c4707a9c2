import { createHash } from 'node:crypto';
import type { FilePart } from '../api/multipart';
import type { GenerateRequest } from '../api/types';

/**
 * Identifies a request: equal for the same account and the same request. An image file counts by its
 * content, since each upload gets another URL.
 * @throws what opening the file throws
 */
export async function fingerprintOf(
	account: string,
	request: GenerateRequest,
	image: FilePart | undefined,
): Promise<string> {
	const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
	const hash = createHash('sha256').update(JSON.stringify([account, fields]));
	if (image) {
		const content = await image.open();
		if (Buffer.isBuffer(content)) hash.update(content);
		else for await (const chunk of content) hash.update(chunk);
	}
	return hash.digest('hex');
}
