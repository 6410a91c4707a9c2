import { FILES, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const upload = { resource: 'image', operation: 'upload' };

describe('upload', () => {
	it.each([
		['jpeg', 'image/jpeg', 'cat.jpg'],
		['png', 'image/png', 'cat.png'],
		['webp', 'image/webp', 'cat.webp'],
	] as const)('sends a %s and hands on where it lies', async (kind, mimeType, fileName) => {
		const binary = await setup.engine.binary(FILES[kind], { fileName, mimeType });
		const { items } = await run(upload, { items: [{ json: {}, binary }] });
		const [stored] = (await setup.sandbox.state()).uploads;
		expect(items[0]?.json).toEqual({
			...{ imageUrl: stored?.imageUrl, imageKey: stored?.imageKey, fileName, mimeType },
			fileSize: FILES[kind].length,
		});
		expect(stored).toMatchObject({ bytes: FILES[kind].length, contentType: mimeType });
		expect(items[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('sends the bytes unchanged, with a length and a file name', async () => {
		const binary = await setup.engine.binary(FILES.png, { fileName: 'Käse "1".png' });
		const { items } = await run(upload, { items: [{ json: {}, binary }] });
		const [call] = await calls('upload');
		expect(call?.contentLength).toBeGreaterThan(FILES.png.length);
		expect(call?.transferEncoding).toBeNull();
		// quotes are escaped as browsers do it (RFC 7578, section 2)
		expect(call?.upload?.fileName).toBe('Käse %221%22.png');
		const served = await fetch(String(items[0]?.json.imageUrl));
		expect(Buffer.from(await served.arrayBuffer()).equals(FILES.png)).toBe(true);
	});

	it('goes by the bytes, not by the declared type', async () => {
		const declared = { fileName: 'photo.jpg', mimeType: 'image/jpeg' };
		const binary = await setup.engine.binary(FILES.webp, declared);
		const { items } = await run(upload, { items: [{ json: {}, binary }] });
		expect(items[0]?.json.mimeType).toBe('image/webp');
		expect((await calls('upload'))[0]?.upload?.declaredType).toBe('image/webp');
	});

	it.each(['resetBefore', 'resetAfter', 'malformed'] as const)(
		'survives one %s, since uploads are free',
		async (kind) => {
			await setup.sandbox.fault({ endpoint: 'upload', fault: { kind } });
			const binary = await setup.engine.binary(FILES.jpeg);
			const { items, error } = await run(upload, { items: [{ json: {}, binary }] });
			expect(error).toBeUndefined();
			expect(items[0]?.json.imageUrl).toContain('http');
			expect(await calls('upload')).toHaveLength(2);
		},
	);
});
