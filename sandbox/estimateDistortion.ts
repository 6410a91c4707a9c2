import type { EstimateDistortion, Settings } from './controlContract';
import type { Job, JobProgress } from './jobs';
import { jobEffectsOf } from './magicPrompts';
import { parseEnvelope, type Payload } from './responseFaults';

type Estimate = Pick<JobProgress, 'progress' | 'estimatedTime'>;

const FACTOR = 3;

/** Changes accurate status responses according to the settings and the magic prompt of the job. */
export class EstimateDistorter {
	private readonly firstEstimates = new WeakMap<Job, Estimate>();

	distort(job: Job, payload: Payload, settings: Settings): Payload {
		const envelope = parseEnvelope(payload);
		if (envelope?.code !== 0) return payload;
		const { progress, estimatedTime, videoUrl, status, ...rest } = envelope.data;
		const { estimates, pollsWithoutUrl, runningStatus } = {
			...settings,
			...jobEffectsOf(job.prompt),
		};
		const isRunning = status === 'pending' || status === 'processing';
		const estimate = { progress: Number(progress), estimatedTime: Number(estimatedTime) };
		const hideUrl = job.completedPollCount <= pollsWithoutUrl;
		const data = {
			...rest,
			status: isRunning ? (runningStatus ?? status) : status,
			...(videoUrl === undefined || hideUrl ? {} : { videoUrl }),
			...this.distortEstimate(job, estimate, estimates),
		};
		return JSON.stringify({ ...envelope, data });
	}

	private distortEstimate(job: Job, estimate: Estimate, distortion: EstimateDistortion) {
		const { progress, estimatedTime } = estimate;
		if (!this.firstEstimates.has(job)) this.firstEstimates.set(job, estimate);
		switch (distortion) {
			case 'accurate':
				return estimate;
			case 'none':
				return {};
			case 'long':
				return {
					progress: Math.floor(progress / FACTOR),
					estimatedTime: estimatedTime * FACTOR,
				};
			case 'short':
				return {
					progress: Math.min(100, progress * FACTOR),
					estimatedTime: Math.floor(estimatedTime / FACTOR),
				};
			case 'frozen':
				return this.firstEstimates.get(job);
			case 'jumping':
				return { progress: randomBelow(101), estimatedTime: randomBelow(600) };
			case 'strings':
				return { progress: String(progress), estimatedTime: String(estimatedTime) };
		}
	}
}

const randomBelow = (limit: number) => Math.floor(Math.random() * limit);
