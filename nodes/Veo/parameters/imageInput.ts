import { toFileName } from '../api/fileName';
import { detectImageType, detectOtherType, MAX_IMAGE_BYTES, type OtherType } from '../api/fileType';
import type { FilePart } from '../api/multipart';
import { quote } from '../quote';
import { readBinaryFile, type BinaryFile, type FileSource } from './binaryFile';
import type { ParameterReader } from './parameterReader';

const CHECK_NODE = 'Check the node that reads or creates the file.';

/** What to do about a file that isn't an accepted image, by what it is. */
const NEXT_STEPS: Readonly<Record<OtherType['category'], string>> = {
	webPage:
		'Check the node that fetched it: the URL may need a login, have expired, or show the image in a page.',
	text: 'Check the node that fetched it: the text may be an error response.',
	base64:
		"Convert it to a file first, with the operation 'Move Base64 String to File' of the Convert to File node.",
	image: 'Convert it to JPEG, PNG or WebP first, e.g. with the Edit Image node.',
	other: "Select the field of an image in 'Input Data Field Name'.",
};

/**
 * Finds and validates the item's image file without sending anything.
 * @param signal - aborted when the file is no longer needed
 * @throws NodeOperationError if the file is missing, unreadable, empty, incomplete, larger than the
 *   API accepts, or by its content neither a JPEG, PNG nor WebP image
 */
export async function readImageInput(
	source: FileSource,
	parameters: ParameterReader,
	signal: AbortSignal,
): Promise<FilePart> {
	const file = await readBinaryFile(source, parameters, signal);
	const { label, head, size, open } = file;
	if (size === 0) throw parameters.invalid(`The image ${label} is empty`, CHECK_NODE);
	const type = detectImageType(head);
	if (type === undefined) throw parameters.invalid(...notAnImage(file));
	if (size < type.minBytes) {
		throw parameters.invalid(
			`The image ${label} is incomplete`,
			`It is ${size} bytes, but an image of the type ${type.mimeType} has at least ${type.minBytes}. ${CHECK_NODE}`,
		);
	}
	if (size > MAX_IMAGE_BYTES) {
		throw parameters.invalid(
			`The image ${label} is larger than 50 MB`,
			`It is ${(size / 1024 / 1024).toFixed(1)} MB. Reduce its size first, e.g. with the Edit Image node.`,
		);
	}
	const fileName = toFileName(file.fileName, type.extension);
	return { fileName, mimeType: type.mimeType, size, open };
}

/** Message and description. */
function notAnImage({ label, head, mimeType }: BinaryFile): [string, string] {
	const other = detectOtherType(head);
	if (other === undefined) {
		return [
			`The file ${label} isn't a JPEG, PNG or WebP image`,
			`Its content has an unknown format, whatever its name or declared type (${quote(mimeType)}) is. ${CHECK_NODE}`,
		];
	}
	const { category, name } = other;
	const start = category === 'text' ? ` It starts with ${quote(head.toString())}.` : '';
	return [
		`The file ${label} is ${name}, not a JPEG, PNG or WebP image`,
		`The type is detected from the file content, not from its name or declared type (${quote(mimeType)}).${start} ${NEXT_STEPS[category]}`,
	];
}
