import type { IBinaryData, IN8nHttpFullResponse } from 'n8n-workflow';
import { Readable } from 'node:stream';
import { downloadVideo } from '../../../nodes/Veo/execution/downloadVideo';
import { createCallContext } from '../support/callContext';
import { UUID, VIDEO_URL, videoJob } from '../support/simulatedApi';
import { createNode } from '../support/veoNode';
import { VirtualClock } from '../support/virtualClock';

const VIDEO = Buffer.from(
	`\0\0\0\x18ftypisom\0\0\0\0isommp42${' and the rest of the video'.repeat(5)}`,
	'latin1',
);

const JOB = videoJob({ status: 'completed', videoUrl: VIDEO_URL });

async function download(statusCode: number, fileName = '') {
	const clock = new VirtualClock();
	const storeFile = async (stream: unknown, name?: string): Promise<IBinaryData> => {
		const chunks: Buffer[] = [];
		if (stream instanceof Readable) for await (const chunk of stream) chunks.push(chunk);
		return { data: Buffer.concat(chunks).toString(), mimeType: 'video/mp4', fileName: name };
	};
	const respond = async (): Promise<IN8nHttpFullResponse> => ({
		body: Readable.from([VIDEO], { objectMode: false }),
		headers: { 'content-type': 'video/mp4' },
		statusCode,
	});
	const context = {
		node: createNode(),
		redact: (text: string) => text,
		functions: { helpers: { httpRequest: respond, prepareBinaryData: storeFile } },
		downloadCallContext: () => createCallContext(clock, { maxRetries: 0 }),
	};
	const target = { property: 'video', fileName };
	return await downloadVideo(context, 3, JOB, target);
}

describe('a user who downloads a video', () => {
	it.each([
		['', `${UUID}.mp4`],
		['boat.mp4', 'boat.mp4'],
	])('with the file name %j gets the file %j in the output field', async (fileName, expected) => {
		expect(await download(200, fileName)).toEqual({
			video: { data: VIDEO.toString(), mimeType: 'video/mp4', fileName: expected },
		});
	});

	it.each([
		[403, 'notVeoApi'],
		[503, 'gateway'],
	])('gets an error with the ID and the URL after HTTP %d', async (httpStatus, reason) => {
		await expect(download(httpStatus)).rejects.toMatchObject({
			name: 'NodeApiError',
			context: { itemIndex: 3, uuid: UUID, videoUrl: VIDEO_URL, httpStatus, reason },
		});
	});
});
