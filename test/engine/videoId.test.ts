/** 'Video ID' accepts a URL that contains the ID, for example one pasted from a log. */
import { FAST, json, useEngine } from '../harness/setup';

const setup = useEngine();
const { run, calls } = setup;
const completed = () => setup.sandbox.createJob({ status: 'completed' });

describe.each<[string, (uuid: string) => string]>([
	['a status URL', (uuid) => `${setup.sandbox.baseUrl}/video-status/${uuid}`],
	['a status URL with a query', (uuid) => `${setup.sandbox.baseUrl}/video-status/${uuid}/?v=1#a`],
	['a video URL named after the ID', (uuid) => `${setup.sandbox.origin}/videos/${uuid}.mp4`],
])('%s', (_, urlOf) => {
	it('is accepted by Get Status', async () => {
		const uuid = await completed();
		const { items } = await run({ operation: 'getStatus', videoId: ` ${urlOf(uuid)}\n` });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed' });
		expect((await calls('status')).map(({ path }) => path)).toEqual([`/api/video-status/${uuid}`]);
	});

	it('is accepted by Get Status that waits', async () => {
		const uuid = await setup.sandbox.createJob({ status: 'pending', jobSeconds: 0.4 });
		const parameters = { operation: 'getStatus', waitForCompletion: true, options: FAST };
		const { items } = await run({ ...parameters, videoId: urlOf(uuid) });
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed' });
	});

	it('is accepted by Download', async () => {
		const uuid = await completed();
		const { items } = await run(
			{ operation: 'download', videoId: '={{ $json.url }}' },
			{ items: json({ url: urlOf(uuid) }) },
		);
		expect(items[0]?.json).toMatchObject({ uuid, status: 'completed' });
		expect(items[0]?.binary?.data?.fileName).toBe(`${uuid}.mp4`);
		expect((await setup.engine.bytesOf(items[0])).toString('latin1', 4, 8)).toBe('ftyp');
	});
});

describe.each(['getStatus', 'download'])('%s', (operation) => {
	it.each([
		['the base URL', () => setup.sandbox.baseUrl],
		['a status URL without an ID', () => `${setup.sandbox.baseUrl}/video-status/`],
		['the URL of a page', () => 'https://example.com/my-videos?page=2'],
	])('rejects %s before anything is sent', async (_, url) => {
		const { error, items } = await run({ operation, videoId: url() });
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: "'Video ID' is a URL that doesn't contain an ID",
			description: expect.stringContaining("Enter the 'uuid' returned by 'Generate'"),
			context: { itemIndex: 0 },
		});
		expect(items).toEqual([]);
		expect(await setup.sandbox.journal()).toEqual([]);
	});
});
