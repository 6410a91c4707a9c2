// in-memory binary data, the default in n8n 1.x; n8n reads this setting when its modules load
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'default';

import { FAST, FILES, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;

describe('with binary data in memory', () => {
	it('files have no ID of a binary data storage', async () => {
		expect((await setup.engine.binary(FILES.png))?.data).not.toHaveProperty('id');
	});

	it('an image is uploaded unchanged', async () => {
		const binary = await setup.engine.binary(FILES.png, { fileName: 'a.png' });
		const upload = { resource: 'image', operation: 'upload' };
		const { items } = await run(upload, { items: [{ json: {}, binary }] });
		expect(items[0]?.json).toMatchObject({ fileName: 'a.png', fileSize: FILES.png.length });
		const served = await fetch(String(items[0]?.json.imageUrl));
		expect(Buffer.from(await served.arrayBuffer()).equals(FILES.png)).toBe(true);
	});

	it('a video is generated from a file and returned as a file', async () => {
		const binary = await setup.engine.binary(FILES.jpeg);
		const parameters = { prompt: 'a', generationType: 'imageToVideo', downloadVideo: true };
		const { items } = await run(
			{ ...parameters, options: FAST },
			{ items: [{ json: {}, binary }] },
		);
		expect(items[0]?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
		expect((await setup.engine.bytesOf(items[0])).toString('latin1', 4, 8)).toBe('ftyp');
	});

	it('a retry recognizes the same file by its content', async () => {
		await setup.sandbox.fault({ endpoint: 'status', fault: { kind: 'resetBefore' } });
		const binary = await setup.engine.binary(FILES.jpeg);
		const parameters = { prompt: 'a', generationType: 'imageToVideo' };
		const { items } = await run(
			{ ...parameters, options: { ...FAST, maxRetries: 0 } },
			{ items: [{ json: {}, binary }], settings: { retryOnFail: true, waitBetweenTries: 1 } },
		);
		expect(items[0]?.json.status).toBe('completed');
		expect([await calls('generate'), await calls('upload')].map(({ length }) => length)).toEqual([
			1, 1,
		]);
	});

	it('a file of an unsupported type is rejected', async () => {
		const binary = await setup.engine.binary(FILES.gif, { fileName: 'a.png' });
		const upload = { resource: 'image', operation: 'upload' };
		const { error } = await run(upload, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe('The file "a.png" is a GIF image, not a JPEG, PNG or WebP image');
	});
});
