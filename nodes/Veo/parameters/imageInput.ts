import { createHash } from 'node:crypto';
import type { IBinaryData } from 'n8n-workflow';
import { imageTypeOf, MAX_IMAGE_BYTES, SIGNATURE_BYTES } from '../api/imageType';
import type { FilePart } from '../api/multipart';
import type { Parameters } from './parameterReader';
import type { NodeRun } from '../execution/context';

/** An image of the input item, checked and ready to be uploaded. */
export interface ImageInput extends FilePart {
	/** Stays the same for the same file, so that a retry is known for one. */
	fingerprint: string;
}

/**
 * Finds and checks the item's image file without sending anything. A file in n8n's store is only
 * opened for its first bytes here, and streamed when it is sent; one in memory is used as it is.
 * @throws NodeOperationError where there is no such file, it is no JPEG, PNG or WebP by its own
 *   bytes, is empty, or is larger than the API takes
 */
export async function imageInput(run: NodeRun, parameters: Parameters): Promise<ImageInput> {
	const { helpers } = run.functions;
	const { itemIndex } = parameters;
	const property = parameters.requiredText('binaryPropertyName', 'Input Data Field Name').trim();
	const file = helpers.assertBinaryData(itemIndex, property);
	const content = file.id
		? await storedFile(run, file.id)
		: inMemory(await helpers.getBinaryDataBuffer(itemIndex, property));

	const type = imageTypeOf(content.head);
	const name = file.fileName ? `'${file.fileName}'` : `in '${property}'`;
	if (content.size === 0) {
		throw parameters.refuse(
			`The image ${name} is empty`,
			'Check the node that reads or makes the file.',
		);
	}
	if (type === undefined) {
		throw parameters.refuse(
			`The file ${name} is not a JPEG, PNG or WebP image`,
			`Its own bytes tell its type, whatever its name or declared type (${file.mimeType}) says. Convert it first, e.g. with the Edit Image node.`,
		);
	}
	if (content.size > MAX_IMAGE_BYTES) {
		throw parameters.refuse(
			`The image ${name} is larger than 50 MB`,
			`It has ${(content.size / 1024 / 1024).toFixed(1)} MB. Make it smaller first, e.g. with the Edit Image node.`,
		);
	}
	const { size, open, fingerprint } = content;
	return {
		fileName: file.fileName ?? `image.${type.extension}`,
		mimeType: type.mimeType,
		size,
		open,
		fingerprint,
	};
}

interface Content extends Pick<ImageInput, 'size' | 'open' | 'fingerprint'> {
	head: Buffer;
}

async function storedFile(run: NodeRun, id: NonNullable<IBinaryData['id']>): Promise<Content> {
	const { helpers } = run.functions;
	const { fileSize } = await helpers.getBinaryMetadata(id);
	return {
		head: await firstBytes(await helpers.getBinaryStream(id, 1024), SIGNATURE_BYTES),
		size: fileSize,
		open: async () => await helpers.getBinaryStream(id),
		fingerprint: id,
	};
}

function inMemory(data: Buffer): Content {
	return {
		head: data.subarray(0, SIGNATURE_BYTES),
		size: data.length,
		open: async () => data,
		fingerprint: createHash('sha256').update(data).digest('hex'),
	};
}

/** Reads until `count` bytes are there, and closes the stream. */
async function firstBytes(stream: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
	let head = Buffer.alloc(0);
	for await (const chunk of stream) {
		head = Buffer.concat([head, chunk]);
		// leaving the loop destroys the stream
		if (head.length >= count) break;
	}
	return head;
}
