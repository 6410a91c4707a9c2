import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';

import { apiPipeline, parseJsonBody } from '../apiPipeline';
import { CODES, DEFAULT_ASPECT_RATIO, type GenerateBody, generateSchema } from '../contract';
import { ApiError, success } from '../envelope';
import { createJob, type JobRequest } from '../jobs';
import { contextOf } from '../pipeline';
import { CREDITS_PER_VIDEO, type SandboxState } from '../state';

/** POST /generate-video */
export function generateRoute(app: FastifyInstance, state: SandboxState): void {
	const { preValidation, ...hooks } = apiPipeline(state, 'generate');

	app
		.withTypeProvider<TypeBoxTypeProvider>()
		.post(
			'/generate-video',
			{ schema: generateSchema, ...hooks, preValidation: [...preValidation, parseJsonBody] },
			async (request) => {
				const { settings } = state;
				if (settings.credits < CREDITS_PER_VIDEO) throw insufficientCredits(settings.credits);

				const { entry, dryRun } = contextOf(request);
				const job = createJob(jobRequestOf(request.body), {
					createdAt: state.clock.now(),
					jobSeconds: settings.jobSeconds,
					failReason: dryRun ? null : state.takeFailReason(),
				});
				if (!dryRun) {
					state.addJob(job);
					settings.credits -= CREDITS_PER_VIDEO;
					entry.acceptedUuid = job.uuid;
				}
				return success({
					...job.additionalFields,
					uuid: job.uuid,
					status: 'pending' as const,
					generationType: job.generationType,
					prompt: job.prompt,
					aspectRatio: job.aspectRatio,
					createdAt: new Date(job.createdAt).toISOString(),
				});
			},
		);
}

function jobRequestOf(body: GenerateBody): JobRequest {
	const { generationType, prompt, aspectRatio = DEFAULT_ASPECT_RATIO, ...rest } = body;
	const { imageUrl, imageKey, ...additionalFields } = rest;
	return { generationType, prompt, aspectRatio, imageUrl, imageKey, additionalFields };
}

const insufficientCredits = (current: number) =>
	new ApiError(CODES.insufficientCredits, 'insufficient credits', {
		data: { required: CREDITS_PER_VIDEO, current },
	});
