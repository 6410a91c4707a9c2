import { Readable } from 'node:stream';
import type { IBinaryData, INode } from 'n8n-workflow';
import type { FileHelpers, FileSource } from '../../../nodes/Veo/parameters/binaryFile';
import { readImageInput } from '../../../nodes/Veo/parameters/imageInput';
import { flushEventLoop } from '../support/eventLoop';
import { ParameterReader } from '../../../nodes/Veo/parameters/parameterReader';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100)]);
const file = { fileName: 'cat.png', mimeType: 'image/png', data: PNG.toString('base64') };
const stored = { fileName: 'cat.png', mimeType: 'image/png', data: 'filesystem-v2', id: 'fs:1' };

const node: INode = {
	id: 'veo',
	name: 'Veo 3.1',
	type: 'n8n-nodes-veo.veo',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** A signal that is never aborted. */
const NEVER = new AbortController().signal;

function storageWith(content: Buffer): Map<string, Buffer> {
	return new Map([['fs:1', content]]);
}

/** n8n's helpers with one file in the storage, and one in the item. */
function helpersWith(binary: object, storage = storageWith(PNG)): FileHelpers {
	const find = (id: string) => {
		const content = storage.get(id);
		if (!content) throw new Error('File not found');
		return content;
	};
	return {
		assertBinaryData: (_itemIndex, name) => {
			if (name !== 'data') throw new Error(`The item has no binary field '${String(name)}'`);
			const data: IBinaryData = JSON.parse(JSON.stringify(binary));
			return data;
		},
		getBinaryMetadata: async (id) => ({ fileSize: find(id).length }),
		getBinaryStream: async (id) => Readable.from([find(id)]),
	};
}

/** One item with the file. */
function sourceOf(helpers: FileHelpers, names = ['data']): FileSource {
	const binary = Object.fromEntries(names.map((name) => [name, file]));
	return { helpers, getInputData: () => [{ json: {}, binary }] };
}

function readerOf(value: unknown): ParameterReader {
	return new ParameterReader({ getNode: () => node, getNodeParameter: () => value }, 0);
}

const read = async (value: unknown, binary: object = file, storage?: Map<string, Buffer>) =>
	await readImageInput(sourceOf(helpersWith(binary, storage)), readerOf(value), NEVER);

describe("'Input Data Field Name' accepts", () => {
	it.each<[string, unknown]>([
		['a name', 'data'],
		['a name with blanks', ' data\n'],
		['a file in memory', file],
		['a file in the storage', stored],
		['a file in the storage without data, as $binary returns it', { ...stored, data: undefined }],
		['an array of one file', [file]],
		['an object of one file, as $json._files', { data: stored }],
		['an array of one item', [{ data: file }]],
	])('%s', async (_, value) => {
		const image = await read(value);
		expect(image).toMatchObject({ fileName: 'cat.png', mimeType: 'image/png', size: PNG.length });
		const content = await image.open();
		expect(Buffer.isBuffer(content) ? content : await Readable.from(content).toArray()).toEqual(
			Buffer.isBuffer(content) ? PNG : [PNG],
		);
	});

	const loop: Record<string, unknown> = {};
	loop.loop = loop;
	it.each<[string, unknown, string]>([
		['no file', {}, 'must be the name of a field, or one file'],
		['several files', [file, file], 'must be the name of a field, or one file'],
		['an empty array', [], 'must be the name of a field, or one file'],
		['JSON', { a: 1, b: 2 }, 'must be the name of a field, or one file'],
		['a loop', loop, 'must be the name of a field, or one file'],
		['nothing', undefined, 'is empty'],
		['an expression without a value', 'undefined', "is 'undefined'"],
		['a boolean', true, 'must be text'],
		['the content itself', file.data.repeat(9000), 'is too long (maximum 255 characters)'],
	])('not %s', async (_, value, problem) => {
		const error = await read(value).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: `'Input Data Field Name' ${problem}`,
		});
		expect(JSON.stringify(error).length).toBeLessThan(1500);
	});

	it.each([
		[['Photo'], 'Fields with a file: "Photo".'],
		[['a', 'b'], 'Fields with a file: "a, b".'],
		[[], 'The item has no files.'],
	])('not a name without a file: the fields %j are listed', async (names, description) => {
		const source = sourceOf(helpersWith(file), names);
		await expect(readImageInput(source, readerOf('image'), NEVER)).rejects.toMatchObject({
			message: 'The item has no file in "image"',
			description: expect.stringContaining(description),
		});
	});

	it('not the data of $binary, which lacks the content', async () => {
		await expect(read({ ...file, data: undefined })).rejects.toMatchObject({
			message: 'The file "cat.png" has no content',
		});
	});
});

describe('a file', () => {
	const containing = (content: string | Buffer, more: object = {}) => ({
		...file,
		data: Buffer.from(content).toString('base64'),
		...more,
	});

	it('that was deleted from the storage is named, with what to check', async () => {
		await expect(read('data', stored, new Map())).rejects.toMatchObject({
			message: `The file "cat.png" can't be read from n8n's binary data storage`,
			description: expect.stringMatching(
				/^Details: "File not found"\. .* Run the node that creates the file again/,
			),
		});
	});

	it('that is deleted before it is sent is named too', async () => {
		const storage = storageWith(PNG);
		const image = await read('data', stored, storage);
		storage.clear();
		await expect(image.open()).rejects.toMatchObject({
			message: expect.stringContaining('The file "cat.png" can\'t be read'),
		});
	});

	it.each<[string, object, string, string]>([
		['a web page', containing('<!doctype html>'), 'is a web page, not', 'node that fetched it'],
		['JSON', containing('{"error": "gone"}'), 'is JSON, not', 'starts with "{\\"error'],
		['Base64', containing('iVBORw0KGgoAAA'), 'is Base64 text, not', 'Move Base64 String to File'],
		['a GIF', containing('GIF89a\x01\0'), 'is a GIF image, not', 'Edit Image'],
		['a PDF', containing('%PDF-1.7'), 'is a PDF document, not', "'Input Data Field Name'"],
		['unknown', containing('\x01\x02\x03'), "isn't a JPEG, PNG or WebP", 'unknown format'],
		['empty', containing(''), 'is empty', 'Check the node'],
		['incomplete', containing(PNG.subarray(0, 56)), 'is incomplete', 'It is 56 bytes'],
	])('of the type %s is refused', async (_, binary, message, description) => {
		await expect(read('data', binary)).rejects.toMatchObject({
			message: expect.stringContaining(`"cat.png" ${message}`),
			description: expect.stringContaining(description),
		});
	});

	it.each<[string, object, string]>([
		['without a name', { fileName: undefined }, 'in "data"'],
		['with an empty name', { fileName: '' }, 'in "data"'],
		['with a number as name', { fileName: 7 }, '7'],
		['with a long name', { fileName: 'x'.repeat(20_000) }, `"${'x'.repeat(99)}…`],
	])('%s is named in a message', async (_, more, label) => {
		await expect(read('data', containing('', more))).rejects.toMatchObject({
			message: `The image ${label} is empty`,
		});
	});

	it.each<[unknown, string]>([
		['', 'image.png'],
		[undefined, 'image.png'],
		[7, '7.png'],
		['C:\\temp\\IMG_0001.HEIC', 'IMG_0001.png'],
	])('named %p is sent as %s', async (fileName, expected) => {
		expect((await read({ ...file, fileName })).fileName).toBe(expected);
	});
});

describe('a storage that never responds', () => {
	const never = async () => await new Promise<never>(() => {});
	const helpers = helpersWith(stored);

	it.each<[string, Partial<FileHelpers>]>([
		['for the size', { getBinaryMetadata: never }],
		['for the file', { getBinaryStream: never }],
		['for its content', { getBinaryStream: async () => new Readable({ read: () => {} }) }],
	])('%s does not outlive a cancellation', async (_, broken) => {
		const controller = new AbortController();
		const reading = readImageInput(
			sourceOf({ ...helpers, ...broken }),
			readerOf('data'),
			controller.signal,
		);
		controller.abort();
		await expect(reading).rejects.toThrow('The execution was canceled');
	});

	it('does not outlive a cancellation when the file is sent', async () => {
		const controller = new AbortController();
		let getBinaryStream = helpers.getBinaryStream;
		const image = await readImageInput(
			sourceOf({ ...helpers, getBinaryStream: async (...args) => await getBinaryStream(...args) }),
			readerOf('data'),
			controller.signal,
		);
		const late = new Readable({ read: () => {} });
		let respond = () => {};
		getBinaryStream = async () => await new Promise((resolve) => (respond = () => resolve(late)));
		const opening = image.open();
		controller.abort();
		await expect(opening).rejects.toThrow('The execution was canceled');
		respond();
		await flushEventLoop();
		expect(late.destroyed).toBe(true);
	});
});
