import { writeFileSync } from 'node:fs';
import { BinaryDataService } from 'n8n-core';
import { Container } from '@n8n/di';
import { NodeHelpers, Workflow, type INode } from 'n8n-workflow';
import { FILES, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const upload = { resource: 'image', operation: 'upload' };

const nothingSent = async () => expect(await setup.sandbox.journal()).toEqual([]);

/** Uploads the item's file under this field name or expression. */
async function uploadFrom(
	binaryPropertyName: string,
	content = FILES.jpeg,
	meta: { fileName?: string; mimeType?: string } = {},
) {
	const binary = await setup.engine.binary(content, meta);
	// n8n drops an empty file name when it stores a file, but not what a node declares
	if (binary?.data && meta.fileName !== undefined) binary.data.fileName = meta.fileName;
	const files = { ...binary?.data };
	const items = [{ json: { _files: { data: files }, list: [files], all: [files, files] }, binary }];
	return await run({ ...upload, binaryPropertyName }, { items });
}

describe("a file in 'Input Data Field Name'", () => {
	it.each([
		'data',
		"={{ $('Input').item.binary.data }}",
		'={{ $binary.data }}',
		'={{ $json._files.data }}',
		'={{ $json._files }}',
		'={{ $json.list }}',
	])('%s is uploaded', async (name) => {
		const { items, error } = await uploadFrom(name);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ fileName: 'image.jpg', fileSize: FILES.jpeg.length });
		expect((await setup.sandbox.state()).uploads).toMatchObject([{ bytes: FILES.jpeg.length }]);
	});

	it.each([
		['={{ $json.all }}', 'must be the name of a field, or one file'],
		['={{ "x".repeat(1000000) }}', 'is too long (maximum 255 characters)'],
		['={{ String($json.none) }}', "is 'undefined'"],
	])('%s is refused with a short message', async (name, problem) => {
		const { error } = await uploadFrom(name);
		expect(error?.message).toBe(`'Input Data Field Name' ${problem}`);
		expect(String(error?.description).length).toBeLessThan(300);
		await nothingSent();
	});

	it('another name than the form gave it: the fields with a file are listed', async () => {
		const { error } = await uploadFrom('Photo');
		expect(error?.message).toBe('The item has no file in "Photo"');
		expect(error?.description).toContain('Fields with a file: "data"');
		await nothingSent();
	});

	it('a file that was deleted from the storage is named', async () => {
		const binary = await setup.engine.binary(FILES.png, { fileName: 'gone.png' });
		await Container.get(BinaryDataService).deleteManyByBinaryDataId([binary?.data?.id ?? '']);
		const { error } = await run(upload, { items: [{ json: {}, binary }] });
		expect(error?.message).toContain('The file "gone.png" can\'t be read');
		expect(error?.description).toContain('Run the node that creates the file again');
		await nothingSent();
	});

	it.each([
		['shorter', FILES.png.subarray(0, 1000), 'then 1000 bytes'],
		['longer', Buffer.concat([FILES.png, FILES.png]), 'then more'],
	])('a file that is %s than the storage says is named', async (_, content, change) => {
		const binary = await setup.engine.binary(FILES.png, { fileName: 'log.png' });
		writeFileSync(setup.engine.binaryData.getPath(binary?.data?.id ?? ''), content);
		const { error } = await run(upload, { items: [{ json: {}, binary }] });
		const { length } = FILES.png;
		expect(error?.message).toBe(
			`The file "log.png" changed while it was sent: it had ${length} bytes, ${change}`,
		);
		expect((await setup.sandbox.state()).uploads).toEqual([]);
	});

	it('a storage that never responds does not outlive Stop', async () => {
		const binary = await setup.engine.binary(FILES.png);
		const spy = jest.spyOn(setup.engine.binaryData, 'getAsStream');
		spy.mockImplementation(async () => await new Promise(() => {}));
		const result = await run(upload, {
			items: [{ json: {}, binary }],
			whenRunning: (cancel) => void setTimeout(cancel, 300),
		});
		spy.mockRestore();
		expect(result.run.status).toBe('canceled');
	});
});

describe('a file name', () => {
	it.each([
		['of another type', 'IMG_0001.HEIC', 'IMG_0001.jpg'],
		['of a script', 'image.php', 'image.jpg'],
		['without an extension', 'noextension', 'noextension.jpg'],
		['that is empty', '', 'image.jpg'],
		['with a trailing backslash', 'photo.jpg\\', 'photo.jpg'],
		['with NUL', 'pho\0to.jpg', 'photo.jpg'],
		['with a path', 'C:\\Users\\me\\photo.jpg', 'photo.jpg'],
		['of 20,000 letters', 'x'.repeat(20_000), `${'x'.repeat(251)}.jpg`],
	])('%s is replaced', async (_, fileName, sent) => {
		await setup.sandbox.settings({ uploadExtensions: 'matching' });
		const { items, error } = await uploadFrom('data', FILES.jpeg, { fileName });
		expect(error).toBeUndefined();
		expect(items[0]?.json.fileName).toBe(sent);
		expect((await calls('upload'))[0]?.upload?.fileName).toBe(sent);
	});
});

it('a web page that was saved as an image is named as what it is', async () => {
	const page = Buffer.from('<!doctype html><html><body>Sign in</body></html>');
	const { error } = await uploadFrom('data', page, { fileName: 'cat.png' });
	expect(error?.message).toBe('The file "cat.png" is a web page, not a JPEG, PNG or WebP image');
	expect(error?.description).toContain('Check the node that fetched it');
	await nothingSent();
});

describe('values that an expression left', () => {
	it.each(['undefined', 'null', 'NaN', '[object Object]'])(
		'the prompt %s is refused before it is paid',
		async (prompt) => {
			const { error } = await run({ prompt: `={{ "${prompt}" }}` });
			expect(error?.message).toBe(`'Prompt' is '${prompt}'`);
			await nothingSent();
		},
	);

	it('additional fields that are no JSON: the position and the character', async () => {
		const { error } = await run({ prompt: 'cat', options: { additionalFields: '{ seed: 1 }' } });
		expect(error?.message).toContain('unexpected "s" at position 2 (line 1, column 3)');
		await nothingSent();
	});

	it('a boolean that is none names the parameter', async () => {
		const { error } = await run({ prompt: 'cat', waitForCompletion: '={{ "maybe" }}' });
		expect(error?.message).toBe("'Wait for Completion' must be true or false");
		expect(error?.description).toContain('Received "maybe"');
		await nothingSent();
	});
});

describe("'Branch by Status' as an expression", () => {
	/** The outputs that the canvas shows. */
	function outputsOf(parameters: INode['parameters']): number {
		const { description } = setup.engine;
		const node: INode = {
			id: 'veo-node',
			name: 'Veo 3.1',
			type: 'n8n-nodes-veo.veo',
			typeVersion: 1,
			position: [0, 0],
			parameters,
		};
		const type = { description };
		const nodeTypes = {
			getByName: () => type,
			getByNameAndVersion: () => type,
			getKnownTypes: () => ({}),
		};
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		return NodeHelpers.getNodeOutputs(workflow, node, description).length;
	}

	it.each<[string | boolean | number, string | boolean | number, number]>([
		[true, false, 3],
		['={{ "true" }}', false, 3],
		['={{ "YES " }}', '={{ "no" }}', 3],
		['={{ 1 }}', '={{ 0 }}', 3],
		['={{ "on" }}', '={{ null }}', 3],
		[false, false, 1],
		['={{ "false" }}', false, 1],
		['={{ "0" }}', '={{ "" }}', 1],
		['={{ undefined }}', false, 1],
		[true, '={{ "Yes" }}', 1],
	])('%p, waiting %p: %i outputs on the canvas and in the run', async (branch, waits, count) => {
		const videoId = await setup.sandbox.createJob({ jobSeconds: waits === false ? 60 : 0.4 });
		const parameters = {
			resource: 'video',
			operation: 'getStatus',
			videoId,
			branchByStatus: branch,
			waitForCompletion: waits,
			options: { pollInterval: 1 },
		};
		expect(outputsOf(parameters)).toBe(count);
		const { outputs, error } = await run(parameters);
		expect(error).toBeUndefined();
		expect(outputs).toHaveLength(count);
		const isPending = outputs[count === 3 ? 1 : 0]?.[0]?.json.videoUrl === null;
		if (waits === false) expect(isPending).toBe(true);
		expect(outputs.flat()).toHaveLength(1);
	});

	it('no item is lost if the items differ', async () => {
		const ids = [await setup.sandbox.createJob(), await setup.sandbox.createJob()];
		for (const flags of [
			['yes', 'no'],
			['no', 'yes'],
		]) {
			const items = json(...ids.map((id, index) => ({ id, branch: flags[index] })));
			const { outputs } = await run(
				{
					operation: 'getStatus',
					videoId: '={{ $json.id }}',
					waitForCompletion: false,
					branchByStatus: '={{ $json.branch }}',
				},
				{ items },
			);
			expect(outputs).toHaveLength(flags[0] === 'yes' ? 3 : 1);
			expect(outputs.flat()).toHaveLength(2);
		}
	});
});
