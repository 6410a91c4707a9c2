/** What n8n stores of a host's response, and what the user reads if it isn't a video. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import { listen } from '../../scripts/lib/ports';
import { OTHER_FILES, VIDEOS } from '../unit/support/videoFiles';
import { useEngine } from '../harness/setup';

const setup = useEngine();
let listener: RequestListener;
let requests: number;
let server: Server;
let origin: string;
beforeAll(async () => {
	server = createServer((request, response) => {
		requests++;
		listener(request, response);
	});
	origin = await listen(server);
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
afterEach(() => jest.restoreAllMocks());

/** Runs Download for a video that is on this host. */
async function download(
	respond: RequestListener,
	fileName = '',
	whenRunning?: (cancel: () => void) => void,
) {
	listener = respond;
	requests = 0;
	const videoId = await setup.sandbox.createJob({ status: 'completed' });
	const location = `${origin}/a`;
	await setup.sandbox.fault({ endpoint: 'video', fault: { kind: 'redirect', location } });
	const parameters = { operation: 'download', videoId, options: { fileName } };
	return { videoId, ...(await setup.run(parameters, { whenRunning })) };
}

const send =
	(bytes: Buffer, headers: Record<string, string | number>, status = 200): RequestListener =>
	(_, response) =>
		response.writeHead(status, headers).end(bytes);
const { mp4, webm } = VIDEOS;

it('stores a video from a host that compresses in spite of identity', async () => {
	const bytes = gzipSync(mp4.bytes);
	const headers = { 'content-encoding': 'gzip', 'content-length': bytes.length };
	const { items, error } = await download(send(bytes, headers));
	expect(error).toBeUndefined();
	expect((await setup.engine.bytesOf(items[0])).equals(mp4.bytes)).toBe(true);
	expect(requests).toBe(1);
});

it.each([
	['mp4', 'text/plain', '', /^[0-9a-f-]{36}\.mp4$/],
	['webm', 'application/json', '', /^[0-9a-f-]{36}\.webm$/],
	['mov', 'video/mp4', 'sunrise', /^sunrise\.mov$/],
	['mp4', 'application/octet-stream', 'Mr. Fox vs. Dr. No', /^Mr\. Fox vs\. Dr\. No\.mp4$/],
	['mp4', 'video/mp4', 'sunrise.mov', /^sunrise\.mov$/],
] as const)(
	'names a %s file, sent as %s, File Name %j',
	async (kind, contentType, name, expected) => {
		const { bytes, mimeType } = VIDEOS[kind];
		const { items } = await download(send(bytes, { 'content-type': contentType }), name);
		const binary = items[0]?.binary?.data;
		expect(binary).toMatchObject({ mimeType, fileName: expect.stringMatching(expected) });
		expect((await setup.engine.bytesOf(items[0])).equals(bytes)).toBe(true);
	},
);

it.each([
	['a web page', 200, 'a web page'],
	['an XML error', 200, 'XML'],
	['a JSON error', 200, 'JSON'],
	['a part of a video', 206, 'an incomplete response (HTTP 206)'],
] as const)("doesn't store %s", async (name, status, description) => {
	const bytes = name === 'a part of a video' ? mp4.bytes : OTHER_FILES[name];
	const store = jest.spyOn(Container.get(BinaryDataService), 'store');
	const { error, items, videoId } = await download(
		send(bytes, { 'content-type': 'video/mp4' }, status),
	);
	expect(error?.message).toBe(`The host of video ${videoId} didn't return a video`);
	expect(error?.description).toContain(`It returned ${description}.`);
	expect(error?.description).toContain(`Run 'Download' with the ID ${videoId}`);
	expect([items, requests]).toEqual([[], 1]);
	expect(store).not.toHaveBeenCalled();
});

it('reports a full disk as local, and requests the file once', async () => {
	const full = new Error('ENOSPC: no space left on device, write');
	jest.spyOn(Container.get(BinaryDataService), 'store').mockRejectedValue(full);
	const { error, videoId } = await download(send(mp4.bytes, {}));
	expect(error?.message).toBe(`n8n couldn't store the video: ${full.message} (video ${videoId})`);
	expect(error?.description).toContain(`Run 'Download' with the ID ${videoId}`);
	expect(error).toMatchObject({ context: { uuid: videoId, reason: 'storage' } });
	expect(requests).toBe(1);
});

it('ends a dripping download at Stop, with its connection', async () => {
	let cancel = () => {};
	let onClose = () => {};
	const closed = new Promise<void>((resolve) => (onClose = resolve));
	const drip: RequestListener = (_, response) => {
		response.writeHead(200).write(webm.bytes);
		const timer = setInterval(() => response.write('.'), 20);
		response.on('close', () => {
			clearInterval(timer);
			onClose();
		});
		setTimeout(cancel, 100);
	};
	const { error } = await download(drip, '', (stop) => (cancel = stop));
	await closed;
	expect(error?.message).toBe('The execution was canceled');
	expect(requests).toBe(1);
});
