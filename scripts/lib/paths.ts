import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '..', '..');

/** Directory outside the checkout for large files that all checkouts share. */
export function cacheFolder(): string {
	const { N8N_NODES_VEO_CACHE, XDG_CACHE_HOME } = process.env;
	if (N8N_NODES_VEO_CACHE) return resolve(N8N_NODES_VEO_CACHE);
	return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-veo');
}

/** Hex SHA-256 digest, truncated to `length` characters. */
export function hashOf(data: string | Buffer, length = 64): string {
	return createHash('sha256').update(data).digest('hex').slice(0, length);
}
