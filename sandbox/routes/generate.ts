import type { FastifyInstance } from 'fastify';

import { apiPipeline, parseJsonBody } from '../apiPipeline';
import { generateSchema, type GenerateBody } from '../contract';
import { ApiError, CODES, success } from '../envelope';
import { draftJob, type JobRequest } from '../jobs';
import { visitOf } from '../pipeline';
import { CREDITS_PER_VIDEO, type World } from '../world';

/** POST /generate-video */
export function generateRoute(app: FastifyInstance, world: World): void {
	const { preValidation, ...hooks } = apiPipeline(world, 'generate');

	app.post<{ Body: GenerateBody }>(
		'/generate-video',
		{ schema: generateSchema, ...hooks, preValidation: [...preValidation, parseJsonBody] },
		async (request) => {
			const { settings } = world;
			if (settings.credits < CREDITS_PER_VIDEO) throw insufficientCredits(settings.credits);

			const { entry, dry } = visitOf(request);
			const job = draftJob(jobRequestOf(request.body), {
				createdAt: Date.now(),
				jobSeconds: settings.jobSeconds,
				failReason: dry ? null : world.takeFailure(),
			});
			if (!dry) {
				world.addJob(job);
				settings.credits -= CREDITS_PER_VIDEO;
				entry.acceptedUuid = job.uuid;
			}
			return success({
				...job.extra,
				uuid: job.uuid,
				status: 'pending',
				generationType: job.generationType,
				prompt: job.prompt,
				aspectRatio: job.aspectRatio,
				createdAt: new Date(job.createdAt).toISOString(),
			});
		},
	);
}

function jobRequestOf(body: GenerateBody): JobRequest {
	const { generationType, prompt, aspectRatio, imageUrl, imageKey, ...extra } = body;
	return { generationType, prompt, aspectRatio, imageUrl, imageKey, extra };
}

const insufficientCredits = (current: number) =>
	new ApiError(CODES.insufficientCredits, 'insufficient credits', {
		data: { required: CREDITS_PER_VIDEO, current },
	});
