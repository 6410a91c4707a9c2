import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { SIGNATURE_BYTES } from '../api/fileType';
import type { FilePart } from '../api/multipart';
import { quote } from '../quote';
import type { ParameterReader } from './parameterReader';
import { untilAborted } from './untilAborted';

export type FileHelpers = Pick<
	IExecuteFunctions['helpers'],
	'assertBinaryData' | 'getBinaryMetadata' | 'getBinaryStream'
>;

/** The input items and their files, such as n8n's IExecuteFunctions. */
export interface FileSource {
	helpers: FileHelpers;
	getInputData(): INodeExecutionData[];
}

/** A file with its content. */
interface Content extends Pick<FilePart, 'size' | 'open'> {
	/** The first SIGNATURE_BYTES bytes or more, if the file has as many. */
	head: Buffer;
}

/** The file that 'Input Data Field Name' selects. */
export interface BinaryFile extends Content {
	/** For messages: its file name, or where it was found. */
	label: string;
	/** As declared; anything. */
	fileName: unknown;
	mimeType: unknown;
}

const NAME = 'binaryPropertyName';
const LABEL = 'Input Data Field Name';
/** Longer text is the content of a file rather than the name of its field. */
const MAX_FIELD_NAME = 255;

/**
 * Finds the item's file without sending anything. Of a file in n8n's binary data storage only the
 * first bytes are read here; it is streamed when it is sent.
 * @param signal - aborted when the file is no longer needed: the storage may never respond
 * @throws NodeOperationError if the file is missing or can't be read
 */
export async function readBinaryFile(
	source: FileSource,
	parameters: ParameterReader,
	signal: AbortSignal,
): Promise<BinaryFile> {
	const { helpers } = source;
	const { file, place } = findFile(source, parameters);
	const { id, data, fileName, mimeType } = file;
	const label = fileName === undefined || fileName === '' ? `in ${place}` : quote(fileName);
	if (typeof id === 'string' && id !== '') {
		const content = await storedContent(helpers, id, signal, (thrown) => {
			const reason = quote(thrown instanceof Error ? thrown.message : thrown);
			// not in the message: n8n 1 replaces a message that contains the code of a system error
			return parameters.invalid(
				`The file ${label} can't be read from n8n's binary data storage`,
				`Details: ${reason}. It may have been deleted. Run the node that creates the file again. If that happens often, check how long the storage keeps files, and that all n8n processes use the same storage.`,
			);
		});
		return { ...content, label, fileName, mimeType };
	}
	if (typeof data === 'string') return { ...inMemory(data), label, fileName, mimeType };
	throw parameters.invalid(
		`The file ${label} has no content`,
		"Enter the name of the field, or map the whole file, e.g. {{ $('Node').item.binary.data }}. '$binary' has no content.",
	);
}

/** What n8n declares as IBinaryData, but an expression returns. */
type ReceivedFile = Partial<Record<keyof IBinaryData, unknown>>;

function findFile(
	source: FileSource,
	parameters: ParameterReader,
): { file: ReceivedFile; place: string } {
	const value = parameters.value(NAME, '');
	const file = singleFile(value);
	if (file) return { file, place: `'${LABEL}'` };
	if (typeof value === 'object' && value !== null) {
		throw parameters.invalid(
			`'${LABEL}' must be the name of a field, or one file`,
			`Received ${quote(value)}. Enter a name, e.g. data, or map a file, e.g. {{ $('Node').item.binary.data }}.`,
		);
	}
	const property = parameters.requiredText(NAME, LABEL).trim();
	if (property.length > MAX_FIELD_NAME) {
		throw parameters.invalid(
			`'${LABEL}' is too long (maximum ${MAX_FIELD_NAME} characters)`,
			`Received ${quote(property)}. Enter the name of the field that contains the file, e.g. data.`,
		);
	}
	const { itemIndex } = parameters;
	const place = quote(property);
	try {
		return { file: source.helpers.assertBinaryData(itemIndex, property), place };
	} catch {
		const names = Object.keys(source.getInputData()[itemIndex]?.binary ?? {});
		throw parameters.invalid(
			`The item has no file in ${place}`,
			names.length === 0
				? 'The item has no files. Check the node before this one.'
				: `Enter the field of the image in '${LABEL}'. Fields with a file: ${quote(names.join(', '))}.`,
		);
	}
}

/** A file, or the only one in an array or in an object such as `$json._files`. */
function singleFile(value: unknown): ReceivedFile | undefined {
	let found = value;
	for (let depth = 0; depth < 3 && typeof found === 'object' && found !== null; depth++) {
		if ('mimeType' in found) return found;
		const values: unknown[] = Object.values(found);
		found = values.length === 1 ? values[0] : undefined;
	}
	return undefined;
}

async function storedContent(
	helpers: FileHelpers,
	id: string,
	signal: AbortSignal,
	toError: (thrown: unknown) => Error,
): Promise<Content> {
	const fail = (thrown: unknown): never => {
		throw signal.aborted ? thrown : toError(thrown);
	};
	const open = async (bytes?: number) => {
		const opening = helpers.getBinaryStream(id, bytes);
		try {
			return await untilAborted(opening, signal);
		} catch (thrown) {
			// if the storage responds after all, nothing reads its stream
			opening.then((stream) => stream.destroy()).catch(() => {});
			return fail(thrown);
		}
	};
	const { fileSize } = await untilAborted(helpers.getBinaryMetadata(id), signal).catch(fail);
	const stream = await open(SIGNATURE_BYTES);
	const reading = untilAborted(firstBytes(stream, SIGNATURE_BYTES), signal);
	const head = await reading.catch(fail).finally(() => stream.destroy());
	// opened when it is sent: the file can be deleted in the meantime
	return { head, size: fileSize, open: async () => await open() };
}

function inMemory(base64: string): Content {
	const data = Buffer.from(base64, 'base64');
	return {
		head: data.subarray(0, SIGNATURE_BYTES),
		size: data.length,
		open: async () => data,
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
