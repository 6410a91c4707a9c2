import type { INodeExecutionData } from 'n8n-workflow';
import { json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const download = { operation: 'download' };
const completed = () => setup.sandbox.createJob({ status: 'completed' });

/** The item has the video that its URL leads to, byte for byte. */
async function expectWhole(item: INodeExecutionData | undefined): Promise<void> {
	const served = await fetch(String(item?.json.videoUrl));
	const bytes = await setup.engine.bytesOf(item);
	expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
	expect(bytes.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
}

describe('download', () => {
	it('fetches the video of the item before it without any edit', async () => {
		const uuid = await completed();
		const { items } = await run(download, { items: json({ uuid }) });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed' });
		expect(items[0]?.binary?.data).toMatchObject({
			fileName: `${uuid}.mp4`,
			mimeType: 'video/mp4',
			id: expect.stringContaining('filesystem'),
		});
		expect((await calls('video'))[0]?.hasAuthorization).toBe(false);
		await expectWhole(items[0]);
	});

	it('names field and file as told', async () => {
		const names = { outputBinaryPropertyName: 'clip', options: { fileName: 'b.mp4' } };
		const { items } = await run({ ...download, videoId: await completed(), ...names });
		expect(items[0]?.binary?.clip?.fileName).toBe('b.mp4');
	});

	it.each(['pending', 'processing'] as const)('refuses a %s video', async (status) => {
		const videoId = await setup.sandbox.createJob({ status, jobSeconds: 60 });
		const { error } = await run({ ...download, videoId });
		expect(error).toMatchObject({
			message: `The video ${videoId} is not ready: its status is ${status}`,
			context: { uuid: videoId, status },
		});
	});

	it('gives the reason of a failed video', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { error } = await run({ ...download, videoId });
		expect(error?.message).toBe(`The video ${videoId} could not be made: too dark`);
	});

	it.each([
		['a reset', { kind: 'resetBefore' }],
		['a file cut half way', { kind: 'cut' }],
		['a gateway page', { kind: 'gateway', httpStatus: 502 }],
	] as const)('survives %s', async (_, fault) => {
		const videoId = await completed();
		await setup.sandbox.fault({ endpoint: 'video', fault });
		const { items, error } = await run({ ...download, videoId });
		expect(error).toBeUndefined();
		expect(await calls('video')).toHaveLength(2);
		await expectWhole(items[0]);
	});

	it('says what to do when the URL has expired', async () => {
		const videoId = await completed();
		const gone = { httpStatus: 403, contentType: 'application/xml', body: '<Error/>' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...gone } });
		const { error } = await run({ ...download, videoId });
		expect(error).toMatchObject({
			message: `The video ${videoId} could not be downloaded (HTTP 403)`,
			context: { uuid: videoId, httpStatus: 403 },
		});
		expect(error?.description).toContain('expired');
		expect(await calls('video')).toHaveLength(1);
	});

	it('does not take a web page for a video', async () => {
		const videoId = await completed();
		const page = { httpStatus: 200, contentType: 'text/html', body: '<html>Sign in</html>' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...page } });
		const { error } = await run({ ...download, videoId });
		expect(error?.message).toBe(`The host of the video ${videoId} sent no video`);
	});

	it('follows a redirect to another host, without the key', async () => {
		const videoId = await completed();
		const other = setup.sandbox.origin.replace('127.0.0.1', 'localhost');
		const location = `${other}/videos/${videoId}.mp4`;
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'redirect', location } });
		const { items } = await run({ ...download, videoId });
		expect((await calls('video')).map(({ hasAuthorization }) => hasAuthorization)).toEqual([
			false,
			false,
		]);
		await expectWhole(items[0]);
	});
});
