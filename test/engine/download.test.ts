import type { INodeExecutionData } from 'n8n-workflow';
import { json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const download = { operation: 'download' };
const completed = () => setup.sandbox.createJob({ status: 'completed' });

/** Asserts that the item's file equals the video at its URL, byte for byte. */
async function expectCompleteFile(item: INodeExecutionData | undefined): Promise<void> {
	const served = await fetch(String(item?.json.videoUrl));
	const bytes = await setup.engine.bytesOf(item);
	expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
	expect(bytes.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
}

describe('download', () => {
	it('downloads the video of the input item by default', async () => {
		const uuid = await completed();
		const { items } = await run(download, { items: json({ uuid }) });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed' });
		expect(items[0]?.binary?.data).toMatchObject({
			fileName: `${uuid}.mp4`,
			mimeType: 'video/mp4',
			id: expect.stringContaining('filesystem'),
		});
		expect((await calls('video'))[0]?.hasAuthorization).toBe(false);
		await expectCompleteFile(items[0]);
	});

	it('uses the given field name and file name', async () => {
		const names = { outputBinaryPropertyName: 'clip', options: { fileName: 'b.mp4' } };
		const { items } = await run({ ...download, videoId: await completed(), ...names });
		expect(items[0]?.binary?.clip?.fileName).toBe('b.mp4');
	});

	it.each(['pending', 'processing'] as const)('rejects a %s video', async (status) => {
		const videoId = await setup.sandbox.createJob({ status, jobSeconds: 60 });
		const { error } = await run({ ...download, videoId });
		expect(error).toMatchObject({
			message: `Video ${videoId} isn't ready yet (status: ${status})`,
			context: { uuid: videoId, status },
		});
	});

	it('reports why a video failed', async () => {
		const videoId = await setup.sandbox.createJob({ status: 'failed', failReason: 'too dark' });
		const { error } = await run({ ...download, videoId });
		expect(error?.message).toBe(`Video ${videoId} couldn't be generated: too dark`);
	});

	it.each([
		['a connection reset', { kind: 'resetBefore' }],
		['an incomplete file', { kind: 'cut' }],
		['a gateway error', { kind: 'gateway', httpStatus: 502 }],
	] as const)('recovers from %s', async (_, fault) => {
		const videoId = await completed();
		await setup.sandbox.fault({ endpoint: 'video', fault });
		const { items, error } = await run({ ...download, videoId });
		expect(error).toBeUndefined();
		expect(await calls('video')).toHaveLength(2);
		await expectCompleteFile(items[0]);
	});

	it('suggests the next step if the URL has expired', async () => {
		const videoId = await completed();
		const forbidden = { httpStatus: 403, contentType: 'application/xml', body: '<Error/>' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...forbidden } });
		const { error } = await run({ ...download, videoId });
		expect(error).toMatchObject({
			message: `Video ${videoId} couldn't be downloaded (HTTP 403)`,
			context: { uuid: videoId, httpStatus: 403 },
		});
		expect(error?.description).toContain('expired');
		expect(await calls('video')).toHaveLength(1);
	});

	it('rejects a web page instead of a video', async () => {
		const videoId = await completed();
		const page = { httpStatus: 200, contentType: 'text/html', body: '<html>Sign in</html>' };
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'raw', ...page } });
		const { error } = await run({ ...download, videoId });
		expect(error?.message).toBe(`The host of video ${videoId} didn't return a video`);
	});

	it('follows a redirect to another host, without the key', async () => {
		const videoId = await completed();
		const otherOrigin = setup.sandbox.origin.replace('127.0.0.1', 'localhost');
		const location = `${otherOrigin}/videos/${videoId}.mp4`;
		await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'redirect', location } });
		const { items } = await run({ ...download, videoId });
		expect((await calls('video')).map(({ hasAuthorization }) => hasAuthorization)).toEqual([
			false,
			false,
		]);
		await expectCompleteFile(items[0]);
	});
});
