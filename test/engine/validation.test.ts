import type { INode } from 'n8n-workflow';
import { FILES, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run } = setup;

/** Nothing may have been sent, whatever the endpoint. */
const nothingSent = async () => expect(await setup.sandbox.journal()).toEqual([]);

/** n8n itself refuses a required field that is plainly empty; an expression is evaluated later. */
const EMPTY = "={{ '' }}";
const generate = { prompt: 'a cat' };
const fromUrl = { ...generate, generationType: 'imageToVideo', imageSource: 'url' };
const options = (values: Record<string, unknown>) => ({ ...generate, options: values });

describe('bad parameters are refused before anything is sent', () => {
	it.each<[string, Record<string, unknown>, string]>([
		['an empty prompt', { prompt: EMPTY }, "'Prompt' is empty"],
		['a prompt of blanks', { prompt: ' \n' }, "'Prompt' is empty"],
		['an expression that finds nothing', { prompt: '={{ $json.none }}' }, "'Prompt' is empty"],
		['a prompt that is an object', { prompt: '={{ {a: 1} }}' }, "'Prompt' must be text"],
		[
			'an unknown aspect ratio',
			{ ...generate, aspectRatio: '4:3' },
			"'Aspect Ratio' cannot be '4:3'",
		],
		['no image URL', { ...fromUrl, imageUrl: EMPTY }, "'Image URL' is empty"],
		['a relative URL', { ...fromUrl, imageUrl: '/cat.jpg' }, "'Image URL' is not a URL"],
		[
			'an http URL',
			{ ...fromUrl, imageUrl: 'http://a.b/c.jpg' },
			"'Image URL' is not a URL that begins with https://",
		],
		[
			'a data URL',
			{ ...fromUrl, imageUrl: 'data:image/png;base64,AA' },
			"'Image URL' is not a URL",
		],
		[
			'no URL of an upload',
			{ ...fromUrl, imageSource: 'uploaded', imageUrl: EMPTY },
			"'Image URL' is empty",
		],
		[
			'too short an interval',
			options({ pollInterval: 0.5 }),
			"'Poll Interval' must be 1 to 604800 seconds",
		],
		[
			'a timeout that is no number',
			options({ timeout: 'soon' }),
			"'Timeout' must be 1 to 604800 seconds",
		],
		['no concurrency', options({ maxConcurrency: 0 }), "'Max Concurrency' must be at least 1 jobs"],
		['negative retries', options({ maxRetries: -1 }), "'Max Retries' must be at least 0 retries"],
		[
			'fields that are no JSON',
			options({ additionalFields: '{ seed: }' }),
			"'Additional Fields' is not a JSON object",
		],
		[
			'fields that are a list',
			options({ additionalFields: '[1]' }),
			"'Additional Fields' is not a JSON object",
		],
		[
			'no field for the video',
			{ ...generate, downloadVideo: true, outputBinaryPropertyName: EMPTY },
			"'Output Data Field Name' is empty",
		],
		['no ID', { operation: 'getStatus', videoId: EMPTY }, "'Video ID' is empty"],
		['an ID that was not found', { operation: 'getStatus' }, "'Video ID' is empty"],
		[
			'the text undefined',
			{ operation: 'download', videoId: 'undefined' },
			'\'Video ID\' is "undefined"',
		],
		[
			'a URL as ID',
			{ operation: 'getStatus', videoId: 'https://a.b/c.mp4' },
			"'Video ID' is a URL",
		],
		[
			'an ID that leaves the path',
			{ operation: 'getStatus', videoId: '../credits' },
			"'Video ID' has characters",
		],
		['dots as ID', { operation: 'getStatus', videoId: '..' }, "'Video ID' has characters"],
	])('%s', async (_, values, message) => {
		const parameters: INode['parameters'] = JSON.parse(JSON.stringify(values));
		const { error, items } = await run(parameters);
		expect(error?.message).toContain(message);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.description).toMatch(/\w/);
		expect(items).toEqual([]);
		await nothingSent();
	});

	it('one bad item keeps the node from paying for the others', async () => {
		const items = json({ prompt: 'one' }, { prompt: 'two' }, { prompt: '' });
		const { error } = await run({ prompt: '={{ $json.prompt }}' }, { items });
		expect(error).toMatchObject({ context: { itemIndex: 2 } });
		await nothingSent();
	});
});

describe('bad files are refused before anything is sent', () => {
	const fromFile = { ...generate, generationType: 'imageToVideo' };
	const uploads = { resource: 'image', operation: 'upload' };

	it.each([
		['generate', fromFile],
		['upload', uploads],
	])('%s: a file that is no image, whatever it calls itself', async (_, parameters) => {
		const binary = await setup.engine.binary(FILES.gif, { fileName: 'cat.jpg' });
		const { error } = await run(parameters, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe("The file 'cat.jpg' is not a JPEG, PNG or WebP image");
		await nothingSent();
	});

	it('more than 50 MB', async () => {
		const content = Buffer.concat([FILES.jpeg, Buffer.alloc(50 * 1024 * 1024)]);
		const binary = await setup.engine.binary(content, { fileName: 'big.jpg' });
		const { error } = await run(uploads, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe("The image 'big.jpg' is larger than 50 MB");
		await nothingSent();
	});

	it('an empty file', async () => {
		const binary = await setup.engine.binary(Buffer.alloc(0), { fileName: 'empty.png' });
		const { error } = await run(uploads, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe("The image 'empty.png' is empty");
		await nothingSent();
	});

	it.each([
		['no file at all', {}],
		['a field of another name', { binaryPropertyName: 'photo' }],
	])('%s', async (_, names) => {
		const binary = 'binaryPropertyName' in names ? await setup.engine.binary(FILES.png) : undefined;
		const { error } = await run({ ...uploads, ...names }, { items: [{ json: {}, binary }] });
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toMatch(/binary/);
		await nothingSent();
	});
});

describe('a bad credential is refused before anything is sent', () => {
	it.each([
		['no key', { apiKey: ' ' }, "The credential has no 'API Key'"],
		['no URL', { baseUrl: 'veo' }, "'Base URL' in the credential is not a URL"],
	])('%s', async (_, part, message) => {
		const { key: apiKey, baseUrl } = setup.sandbox;
		const { error } = await run(generate, { credential: { apiKey, baseUrl, ...part } });
		expect(error?.message).toBe(message);
		await nothingSent();
	});

	it('a trailing slash and blanks around the key are harmless', async () => {
		const { key, baseUrl } = setup.sandbox;
		const credential = { apiKey: ` ${key}\n`, baseUrl: `${baseUrl}/` };
		const { error } = await run({ ...generate, waitForCompletion: false }, { credential });
		expect(error).toBeUndefined();
	});
});
