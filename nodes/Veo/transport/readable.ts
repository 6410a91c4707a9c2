import type { BinaryHelperFunctions } from 'n8n-workflow';

/** Node's Readable, which must not be imported from 'stream' here, not even as a type. */
export type Readable = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/** Reads the first `minBytes` bytes or more, fewer if the stream is shorter. */
export async function readHead(stream: Readable, minBytes: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
		if (!Buffer.isBuffer(chunk)) continue;
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes >= minBytes) break;
	}
	return Buffer.concat(chunks);
}

export function isReadable(value: unknown): value is Readable {
	return typeof value === 'object' && value !== null && 'map' in value && 'destroy' in value;
}
