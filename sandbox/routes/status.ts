import type { FastifyInstance, onSendHookHandler } from 'fastify';

import { apiPipeline } from '../apiPipeline';
import { statusSchema } from '../contract';
import { success, videoNotFound } from '../envelope';
import { type Job, type Standing, standingOf } from '../jobs';
import { Lies } from '../lies';
import { videoUrl, type World } from '../world';

/** GET /video-status/:uuid */
export function statusRoute(app: FastifyInstance, world: World): void {
	const { onSend, ...hooks } = apiPipeline(world, 'status');
	const lies = new Lies();
	const looked = new WeakMap<object, Job>();

	// The route serialises the truth by the contract; what the settings make of it comes after.
	const lie: onSendHookHandler = (request, _reply, payload, done) => {
		const job = looked.get(request);
		done(null, job === undefined ? payload : lies.about(job, payload, world.settings));
	};

	app.get<{ Params: { uuid: string } }>(
		'/video-status/:uuid',
		{ schema: statusSchema, ...hooks, onSend: [lie, onSend] },
		async (request) => {
			const job = world.jobs.find(request.params.uuid);
			if (job === undefined) throw videoNotFound();
			looked.set(request, job);
			const standing = standingOf(job, Date.now());
			job.looks += 1;
			if (standing.status === 'completed') job.completedLooks += 1;
			return success({
				uuid: job.uuid,
				...standing,
				...outcome(job, standing, world.originFor(request)),
			});
		},
	);
}

function outcome(job: Job, { status }: Standing, origin: string) {
	if (status === 'completed') return { videoUrl: videoUrl(origin, job.uuid) };
	return status === 'failed' ? { errorMessage: job.failReason } : {};
}
