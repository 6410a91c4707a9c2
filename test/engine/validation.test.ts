import type { INode } from 'n8n-workflow';
import { FILES, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run } = setup;

/** Asserts that no request was sent to any endpoint. */
const expectNothingSent = async () => expect(await setup.sandbox.journal()).toEqual([]);

/** n8n itself rejects a required field that is empty, but evaluates an expression later. */
const EMPTY = "={{ '' }}";
const generate = { prompt: 'a cat' };
const fromUrl = { ...generate, generationType: 'imageToVideo', imageSource: 'url' };
const options = (values: Record<string, unknown>) => ({ ...generate, options: values });

describe('invalid parameters are rejected before anything is sent', () => {
	it.each<[string, Record<string, unknown>, string]>([
		['an empty prompt', { prompt: EMPTY }, "'Prompt' is empty"],
		['a prompt of whitespace', { prompt: ' \n' }, "'Prompt' is empty"],
		['an expression without a value', { prompt: '={{ $json.none }}' }, "'Prompt' is empty"],
		['a prompt that is an object', { prompt: '={{ {a: 1} }}' }, "'Prompt' must be text"],
		[
			'an unknown aspect ratio',
			{ ...generate, aspectRatio: '4:3' },
			`'Aspect Ratio' can't be "4:3"`,
		],
		['no image URL', { ...fromUrl, imageUrl: EMPTY }, "'Image URL' is empty"],
		[
			'a relative URL',
			{ ...fromUrl, imageUrl: '/cat.jpg' },
			"'Image URL' must start with https://",
		],
		[
			'an http URL',
			{ ...fromUrl, imageUrl: 'http://a.b/c.jpg' },
			"'Image URL' must start with https://",
		],
		[
			'a data URL',
			{ ...fromUrl, imageUrl: 'data:image/png;base64,AA' },
			"'Image URL' must start with https://",
		],
		[
			'no URL of an uploaded image',
			{ ...fromUrl, imageSource: 'uploaded', imageUrl: EMPTY },
			"'Image URL' is empty",
		],
		[
			'an interval below the minimum',
			options({ pollInterval: 0.5 }),
			"'Poll Interval' must be between 1 and 604,800 seconds",
		],
		[
			'a timeout that is not a number',
			options({ timeout: 'soon' }),
			"'Timeout' must be between 1 and 604,800 seconds",
		],
		[
			'a concurrency of zero',
			options({ maxConcurrency: 0 }),
			"'Max Concurrency' must be at least 1 jobs",
		],
		['negative retries', options({ maxRetries: -1 }), "'Max Retries' must be at least 0 retries"],
		[
			'additional fields with invalid JSON',
			options({ additionalFields: '{ seed: }' }),
			`'Additional Fields' isn't valid JSON: unexpected "s" at position 2`,
		],
		[
			'additional fields with an array',
			options({ additionalFields: '[1]' }),
			"'Additional Fields' must be a JSON object",
		],
		[
			'no output field for the video',
			{ ...generate, downloadVideo: true, outputBinaryPropertyName: EMPTY },
			"'Output Data Field Name' is empty",
		],
		['no ID', { operation: 'getStatus', videoId: EMPTY }, "'Video ID' is empty"],
		['an input item without an ID', { operation: 'getStatus' }, "'Video ID' is empty"],
		[
			'the text undefined',
			{ operation: 'download', videoId: 'undefined' },
			"'Video ID' is 'undefined'",
		],
		[
			'a URL without an ID',
			{ operation: 'getStatus', videoId: 'https://a.b/c' },
			"'Video ID' is a URL that doesn't contain an ID",
		],
		[
			'an ID that would change the path',
			{ operation: 'getStatus', videoId: '../credits' },
			"'Video ID' contains invalid characters",
		],
		[
			'an ID of dots',
			{ operation: 'getStatus', videoId: '..' },
			"'Video ID' contains invalid characters",
		],
	])('%s', async (_, values, message) => {
		const parameters: INode['parameters'] = JSON.parse(JSON.stringify(values));
		const { error, items } = await run(parameters);
		expect(error?.message).toContain(message);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.description).toMatch(/\w/);
		expect(items).toEqual([]);
		await expectNothingSent();
	});

	it('one invalid item prevents the submission of all others', async () => {
		const items = json({ prompt: 'one' }, { prompt: 'two' }, { prompt: '' });
		const { error } = await run({ prompt: '={{ $json.prompt }}' }, { items });
		expect(error).toMatchObject({ context: { itemIndex: 2 } });
		await expectNothingSent();
	});
});

describe('invalid files are rejected before anything is sent', () => {
	const fromFile = { ...generate, generationType: 'imageToVideo' };
	const uploads = { resource: 'image', operation: 'upload' };

	it.each([
		['generate', fromFile],
		['upload', uploads],
	])('%s: a file that is not an image despite its name', async (_, parameters) => {
		const binary = await setup.engine.binary(FILES.gif, { fileName: 'cat.jpg' });
		const { error } = await run(parameters, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe('The file "cat.jpg" is a GIF image, not a JPEG, PNG or WebP image');
		await expectNothingSent();
	});

	it('an image larger than 50 MB', async () => {
		const content = Buffer.concat([FILES.jpeg, Buffer.alloc(50 * 1024 * 1024)]);
		const binary = await setup.engine.binary(content, { fileName: 'big.jpg' });
		const { error } = await run(uploads, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe('The image "big.jpg" is larger than 50 MB');
		await expectNothingSent();
	});

	it('an empty image', async () => {
		const binary = await setup.engine.binary(Buffer.alloc(0), { fileName: 'empty.png' });
		const { error } = await run(uploads, { items: [{ json: {}, binary }] });
		expect(error?.message).toBe('The image "empty.png" is empty');
		await expectNothingSent();
	});

	it.each([
		['no file', {}],
		['a file in another field', { binaryPropertyName: 'photo' }],
	])('%s', async (_, names) => {
		const binary = 'binaryPropertyName' in names ? await setup.engine.binary(FILES.png) : undefined;
		const { error } = await run({ ...uploads, ...names }, { items: [{ json: {}, binary }] });
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toMatch(/^The item has no file in /);
		await expectNothingSent();
	});
});

it("an uploaded image without an upload: the error says to run 'Upload' first", async () => {
	// the default values of the image fields, without an upload before
	const parameters = { prompt: 'a', generationType: 'imageToVideo', imageSource: 'uploaded' };
	const { error } = await run(parameters);
	expect(error).toMatchObject({
		message: "'Image URL' is empty",
		description: expect.stringMatching(/^Run the operation 'Upload' first, /),
	});
	await expectNothingSent();
});

it('an expression that fails for the first item only fails that item, with On Error: Continue', async () => {
	const waitForCompletion = "={{ $itemIndex === 0 ? $('Nothing').first().json.x : false }}";
	const { items } = await run(
		{ ...generate, waitForCompletion },
		{ items: json({}, {}), settings: { onError: 'continueRegularOutput' } },
	);
	expect(items.map(({ json: item }) => item)).toEqual([
		expect.objectContaining({ error: expect.any(String) }),
		expect.objectContaining({ uuid: expect.any(String) }),
	]);
});

it('an unknown operation is returned in items that failed, with On Error: Continue', async () => {
	const { items } = await run(
		{ ...generate, operation: 'x' },
		{ items: json({}, {}), settings: { onError: 'continueRegularOutput' } },
	);
	const message = 'The operation "x" isn\'t supported for the resource "video"';
	expect(items.map(({ json: { error } }) => error)).toEqual([message, message]);
	await expectNothingSent();
});

describe('an invalid credential is rejected before anything is sent', () => {
	it.each([
		['no key', { apiKey: ' ' }, "'API Key' is missing in the credential"],
		['no URL', { baseUrl: 'veo' }, "'Base URL' in the credential isn't a URL"],
		[
			'a password in the URL',
			{ baseUrl: 'https://user:secret@veo.test/api' },
			"'Base URL' in the credential contains a user name or password",
		],
		[
			'a query in the URL',
			{ baseUrl: 'https://veo.test/api?a=b' },
			"'Base URL' in the credential contains a query or a fragment",
		],
	])('%s', async (_, invalid, message) => {
		const { key: apiKey, baseUrl } = setup.sandbox;
		const { error } = await run(generate, { credential: { apiKey, baseUrl, ...invalid } });
		expect(error?.message).toBe(message);
		await expectNothingSent();
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'with On Error: %s, in items that failed',
		async (onError) => {
			const { baseUrl } = setup.sandbox;
			const { outputs } = await run(generate, {
				...{ credential: { apiKey: '', baseUrl }, items: json({ a: 1 }, { a: 2 }) },
				settings: { onError },
			});
			const failed = outputs.at(onError === 'continueErrorOutput' ? 1 : 0);
			expect(failed?.map(({ json: { error } }) => error)).toEqual(
				Array(2).fill("'API Key' is missing in the credential"),
			);
			expect(outputs.flat()).toHaveLength(2);
			await expectNothingSent();
		},
	);

	it('a trailing slash and whitespace around the key are ignored', async () => {
		const { key, baseUrl } = setup.sandbox;
		const credential = { apiKey: ` ${key}\n`, baseUrl: `${baseUrl}/` };
		const { error } = await run({ ...generate, waitForCompletion: false }, { credential });
		expect(error).toBeUndefined();
	});
});

describe('a credential with an expression', () => {
	const credential = () => ({ apiKey: '={{ $json.key }}', baseUrl: setup.sandbox.baseUrl });
	const parameters = { ...generate, waitForCompletion: false };

	it('can have the same value for all items', async () => {
		const { key } = setup.sandbox;
		const { items } = await run(parameters, {
			...{ credential: credential(), items: json({ key }, { key }) },
		});
		expect(items.map(({ json: { status } }) => status)).toEqual(['pending', 'pending']);
	});

	it('is rejected if an item has another account, which n8n would not use', async () => {
		const { key } = setup.sandbox;
		const { error } = await run(parameters, {
			...{ credential: credential(), items: json({ key }, { key: 'another' }) },
		});
		expect(error?.message).toBe("The credential isn't the same for this item as for the first");
		await expectNothingSent();
	});
});
