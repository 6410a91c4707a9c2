import { createHash } from 'node:crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { detectImageType, MAX_IMAGE_BYTES, SIGNATURE_BYTES } from '../api/imageType';
import type { FilePart } from '../api/multipart';
import type { ParameterReader } from './parameterReader';

/** An image file of the input item, validated and ready for upload. */
export interface ImageInput extends FilePart {
	/** Equal for the same file, so that a retry is recognized. */
	fingerprint: string;
}

type FileHelpers = Pick<
	IExecuteFunctions['helpers'],
	'assertBinaryData' | 'getBinaryDataBuffer' | 'getBinaryMetadata' | 'getBinaryStream'
>;

/**
 * Finds and validates the item's image file without sending anything. Of a file in n8n's binary data
 * storage only the first bytes are read here; it is streamed when it is sent.
 * @throws NodeOperationError if the file is missing, empty, larger than the API accepts, or by its
 *   content neither a JPEG, PNG nor WebP image
 */
export async function readImageInput(
	helpers: FileHelpers,
	parameters: ParameterReader,
): Promise<ImageInput> {
	const { itemIndex } = parameters;
	const property = parameters.requiredText('binaryPropertyName', 'Input Data Field Name').trim();
	const file = helpers.assertBinaryData(itemIndex, property);
	const content = file.id
		? await storedFile(helpers, file.id)
		: inMemory(await helpers.getBinaryDataBuffer(itemIndex, property));

	const type = detectImageType(content.head);
	const name = file.fileName ? `'${file.fileName}'` : `in '${property}'`;
	if (content.size === 0) {
		throw parameters.invalid(
			`The image ${name} is empty`,
			'Check the node that reads or creates the file.',
		);
	}
	if (type === undefined) {
		throw parameters.invalid(
			`The file ${name} isn't a JPEG, PNG or WebP image`,
			`The type is detected from the file content, not from its name or declared type (${file.mimeType}). Convert the image first, e.g. with the Edit Image node.`,
		);
	}
	if (content.size > MAX_IMAGE_BYTES) {
		throw parameters.invalid(
			`The image ${name} is larger than 50 MB`,
			`It is ${(content.size / 1024 / 1024).toFixed(1)} MB. Reduce its size first, e.g. with the Edit Image node.`,
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

async function storedFile(
	helpers: FileHelpers,
	id: NonNullable<IBinaryData['id']>,
): Promise<Content> {
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

/** Reads at least `count` bytes if the stream has as many, and closes it. */
async function firstBytes(stream: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
	let head = Buffer.alloc(0);
	for await (const chunk of stream) {
		head = Buffer.concat([head, chunk]);
		// leaving the loop destroys the stream
		if (head.length >= count) break;
	}
	return head;
}
