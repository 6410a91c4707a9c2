/** Which uploads the sandbox accepts, and how it stores them. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { useSandbox } from '../harness/sandbox';
import { clientFor, type Envelope, networkErrorOf, UPLOAD } from './support/api';
import { imageForm, IMAGES, multipartRequest } from './support/images';
import { temporaryFolder } from './support/temporaryFolder';
import { waitFor } from './support/waitFor';

/** The folder in which the sandbox creates its own. */
let temporary: string;

beforeAll(async () => {
	temporary = await mkdtemp(join(tmpdir(), 'veo-uploads-'));
});
const setup = useSandbox(() => ({ env: { ...process.env, ...temporaryFolder(temporary) } }));
afterAll(async () => {
	await rm(temporary, { recursive: true });
});

/** The number of files that the sandbox has on disk. */
async function countFiles(): Promise<number> {
	const names = await readdir(temporary, { recursive: true });
	return names.filter((name) => /^veo-sandbox-[^\\/]+[\\/]./.test(name)).length;
}

describe('uploads', () => {
	const upload = async (form: unknown, config = {}) =>
		await setup.api.post<Envelope>(UPLOAD, form, config);
	const png = IMAGES['image/png'];

	test.each(Object.entries(IMAGES))('an %s is served unchanged', async (type, bytes) => {
		const { data } = await upload(imageForm(bytes, 'frame', 'application/octet-stream'));
		const image = await clientFor(setup.sandbox, null).get<ArrayBuffer>(
			String(data.data.imageUrl),
			{
				responseType: 'arraybuffer',
			},
		);
		expect(image.headers['content-type']).toBe(type);
		expect(Buffer.from(image.data).equals(bytes)).toBe(true);
		expect(await countFiles()).toBe(1);
		await setup.sandbox.reset();
		expect(await countFiles()).toBe(0);
	});

	test('the type is detected from the bytes, not from the declared type', async () => {
		const wrong = await upload(imageForm(Buffer.from('not an image'), 'a.png', 'image/png'));
		expect(wrong.data).toMatchObject({ code: 1000, msg: expect.stringContaining("isn't a JPEG") });
		const right = await upload(imageForm(png, 'a.txt', 'text/plain'));
		expect(right.data.code).toBe(0);
	});

	test('50 MB are accepted, one byte more is not', async () => {
		const limit = 52_428_800;
		const file = (length: number) => imageForm(Buffer.concat([png], length));
		expect((await upload(file(limit))).data.code).toBe(0);
		const { data } = await upload(file(limit + 1));
		expect(data).toMatchObject({ code: 1000, msg: expect.stringContaining('larger than 50 MB') });
	}, 30_000);

	test.each<[string, ReturnType<typeof multipartRequest>, string]>([
		[
			'no file name',
			multipartRequest('name="file"', png, 'application/octet-stream'),
			'no file name',
		],
		[
			'an empty file name',
			multipartRequest('name="file"; filename=""', png, 'image/png'),
			'no file name',
		],
		['a text field', multipartRequest('name="file"', 'text'), 'no file name'],
		[
			'another name',
			multipartRequest('name="image"; filename="a.png"', png, 'image/png'),
			'named file',
		],
		['nothing in it', multipartRequest('name="file"; filename="a.png"', '', 'image/png'), 'empty'],
	])('a part with %s is rejected', async (_name, { body, config }, reason) => {
		const { data } = await upload(body, config);
		expect(data).toMatchObject({ code: 1000, msg: expect.stringContaining(reason) });
		expect(await countFiles()).toBe(0);
	});

	test('two files are rejected, and neither is stored', async () => {
		const form = imageForm(png);
		form.append('file', new Blob([png]), 'second.png');
		expect((await upload(form)).data.code).toBe(1000);
		expect((await setup.sandbox.state()).uploads).toEqual([]);
		expect(await countFiles()).toBe(0);
	});

	test('a body that is not a complete form is rejected', async () => {
		const headers = { 'content-type': 'image/png' };
		expect((await upload(png, { headers })).data.code).toBe(1000);
		const { body, config } = multipartRequest('name="file"; filename="a.png"', png);
		expect((await upload(body.subarray(0, -20), config)).data.code).toBe(1000);
	});

	test('an aborted upload leaves no files', async () => {
		const { body, config } = multipartRequest('name="file"; filename="a.png"', png);
		const client = new AbortController();
		async function* half() {
			yield body.subarray(0, 120);
			await waitFor(async () => (await countFiles()) === 1);
			client.abort();
		}
		const aborted = upload(Readable.from(half()), { ...config, signal: client.signal });
		expect(await networkErrorOf(aborted)).toBe('ERR_CANCELED');
		expect(await setup.sandbox.journal()).toMatchObject([{ status: null }]);
		await waitFor(async () => (await countFiles()) === 0);
		expect((await setup.sandbox.state()).uploads).toEqual([]);
	});
});
