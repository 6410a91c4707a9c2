import { createReadStream } from 'node:fs';

import type { FastifyInstance, FastifyReply } from 'fastify';

import { progressAt } from '../jobs';
import { parseRange, sampleVideo, Video } from '../media';
import { pipeline } from '../pipeline';
import type { SandboxState } from '../state';

/** The host of videos and uploaded images. It isn't part of the API and requires no key. */
export function mediaRoutes(app: FastifyInstance, state: SandboxState): void {
	app.route<{ Params: { uuid: string } }>({
		method: ['GET', 'HEAD'],
		url: '/videos/:uuid.mp4',
		schema: { hide: true },
		...pipeline(state, 'video'),
		handler: async (request, reply) => {
			const job = state.jobs.find(request.params.uuid);
			const now = state.clock.now();
			if (job === undefined || progressAt(job, now).status !== 'completed') {
				return await notFound(reply);
			}
			const video = new Video(sampleVideo(job.aspectRatio), state.settings.videoBytes);
			return await sendVideo(reply, video, request.headers.range, request.method === 'HEAD');
		},
	});

	app.route<{ Params: { key: string } }>({
		method: ['GET', 'HEAD'],
		url: '/images/:key',
		schema: { hide: true },
		...pipeline(state, 'image'),
		handler: async (request, reply) => {
			const image = state.uploads.find(request.params.key);
			if (image === undefined) return await notFound(reply);
			reply.type(image.contentType).header('content-length', image.bytes);
			return await reply.send(request.method === 'HEAD' ? undefined : createReadStream(image.path));
		},
	});
}

const notFound = (reply: FastifyReply) => reply.code(404).type('text/plain').send('Not found\n');

function sendVideo(
	reply: FastifyReply,
	video: Video,
	rangeHeader: string | undefined,
	headOnly: boolean,
): FastifyReply {
	const range = parseRange(rangeHeader, video.length);
	reply.header('accept-ranges', 'bytes');
	if (range === 'unsatisfiable') {
		return reply.code(416).header('content-range', `bytes */${video.length}`).send();
	}
	const { start, end } = range ?? { start: 0, end: video.length - 1 };
	if (range !== null) {
		reply.code(206).header('content-range', `bytes ${start}-${end}/${video.length}`);
	}
	reply.type('video/mp4').header('content-length', end - start + 1);
	return reply.send(headOnly ? undefined : video.read(start, end));
}
