/** What the sandbox takes as an image, and what it does with it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import type { AxiosInstance } from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/client';
import {
	apiOf,
	type Envelope,
	eventually,
	failureOf,
	formWith,
	IMAGES,
	multipart,
	UPLOAD,
} from './support';

let sandbox: Sandbox;
let api: AxiosInstance;
/** Where the sandbox keeps its own folder. */
let temporary: string;

beforeAll(async () => {
	temporary = await mkdtemp(join(tmpdir(), 'veo-uploads-'));
	sandbox = await startSandbox({ jobSeconds: 0.3 }, { ...process.env, TMPDIR: temporary });
	api = apiOf(sandbox);
});
afterEach(async () => await sandbox.reset());
afterAll(async () => {
	await sandbox.close();
	await rm(temporary, { recursive: true });
});

/** How many files the sandbox has on disk. */
async function filesKept(): Promise<number> {
	const names = await readdir(temporary, { recursive: true });
	return names.filter((name) => /^veo-sandbox-[^/]+\/./.test(name)).length;
}

describe('uploads', () => {
	const upload = async (form: unknown, config = {}) =>
		await api.post<Envelope>(UPLOAD, form, config);
	const png = IMAGES['image/png'];

	test.each(Object.entries(IMAGES))('an %s is served as it came', async (type, bytes) => {
		const { data } = await upload(formWith(bytes, 'frame', 'application/octet-stream'));
		const image = await apiOf(sandbox, null).get<ArrayBuffer>(String(data.data.imageUrl), {
			responseType: 'arraybuffer',
		});
		expect(image.headers['content-type']).toBe(type);
		expect(Buffer.from(image.data).equals(bytes)).toBe(true);
		expect(await filesKept()).toBe(1);
		await sandbox.reset();
		expect(await filesKept()).toBe(0);
	});

	test('the type is judged by the bytes, not by what is declared', async () => {
		const wrong = await upload(formWith(Buffer.from('no picture'), 'a.png', 'image/png'));
		expect(wrong.data).toMatchObject({ code: 1000, msg: expect.stringContaining('no JPEG') });
		const right = await upload(formWith(png, 'a.txt', 'text/plain'));
		expect(right.data.code).toBe(0);
	});

	test('50 MB are taken, one byte more is not', async () => {
		const limit = 52_428_800;
		const file = (length: number) => formWith(Buffer.concat([png], length));
		expect((await upload(file(limit))).data.code).toBe(0);
		const { data } = await upload(file(limit + 1));
		expect(data).toMatchObject({ code: 1000, msg: expect.stringContaining('larger than 50 MB') });
	}, 30_000);

	test.each<[string, ReturnType<typeof multipart>, string]>([
		['no file name', multipart('name="file"', png, 'application/octet-stream'), 'no file name'],
		['an empty file name', multipart('name="file"; filename=""', png, 'image/png'), 'no file name'],
		['a text field', multipart('name="file"', 'text'), 'no file name'],
		['another name', multipart('name="image"; filename="a.png"', png, 'image/png'), 'named file'],
		['nothing in it', multipart('name="file"; filename="a.png"', '', 'image/png'), 'empty'],
	])('a part with %s is refused', async (_name, { body, config }, reason) => {
		const { data } = await upload(body, config);
		expect(data).toMatchObject({ code: 1000, msg: expect.stringContaining(reason) });
		expect(await filesKept()).toBe(0);
	});

	test('two files are refused, and none is kept', async () => {
		const form = formWith(png);
		form.append('file', new Blob([png]), 'second.png');
		expect((await upload(form)).data.code).toBe(1000);
		expect((await sandbox.state()).uploads).toEqual([]);
		expect(await filesKept()).toBe(0);
	});

	test('a body that is no form, or half a form, is refused', async () => {
		const headers = { 'content-type': 'image/png' };
		expect((await upload(png, { headers })).data.code).toBe(1000);
		const { body, config } = multipart('name="file"; filename="a.png"', png);
		expect((await upload(body.subarray(0, -20), config)).data.code).toBe(1000);
	});

	test('a client that leaves half way leaves nothing behind', async () => {
		const { body, config } = multipart('name="file"; filename="a.png"', png);
		const client = new AbortController();
		async function* half() {
			yield body.subarray(0, 120);
			await eventually(async () => (await filesKept()) === 1);
			client.abort();
		}
		const leaving = upload(Readable.from(half()), { ...config, signal: client.signal });
		expect(await failureOf(leaving)).toBe('ERR_CANCELED');
		expect(await sandbox.journal()).toMatchObject([{ status: null }]);
		await eventually(async () => (await filesKept()) === 0);
		expect((await sandbox.state()).uploads).toEqual([]);
	});
});
