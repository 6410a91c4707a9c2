import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, onSendHookHandler } from 'fastify';

import { apiPipeline } from '../apiPipeline';
import { type JobStatus, statusSchema } from '../contract';
import { success, videoNotFound } from '../envelope';
import { EstimateDistorter } from '../estimateDistortion';
import { type Job, progressAt } from '../jobs';
import { type SandboxState, videoUrl } from '../state';

/** GET /video-status/:uuid */
export function statusRoute(app: FastifyInstance, state: SandboxState): void {
	const { onSend, ...hooks } = apiPipeline(state, 'status');
	const distorter = new EstimateDistorter();
	const polledJobs = new WeakMap<object, Job>();

	// Runs after serialization, because distorted responses don't match the contract.
	const distort: onSendHookHandler = (request, _reply, payload, done) => {
		const job = polledJobs.get(request);
		done(null, job === undefined ? payload : distorter.distort(job, payload, state.settings));
	};

	app
		.withTypeProvider<TypeBoxTypeProvider>()
		.get(
			'/video-status/:uuid',
			{ schema: statusSchema, ...hooks, onSend: [distort, onSend] },
			async (request) => {
				const job = state.jobs.find(request.params.uuid);
				if (job === undefined) throw videoNotFound();
				polledJobs.set(request, job);
				const progress = progressAt(job, state.clock.now());
				job.pollCount += 1;
				if (progress.status === 'completed') job.completedPollCount += 1;
				return success({
					uuid: job.uuid,
					...progress,
					...resultOf(job, progress.status, state.originFor(request)),
				});
			},
		);
}

function resultOf({ uuid, failReason }: Job, status: JobStatus, origin: string) {
	if (status === 'completed') return { videoUrl: videoUrl(origin, uuid) };
	return status === 'failed' && failReason ? { errorMessage: failReason } : {};
}
