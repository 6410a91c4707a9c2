import type { EstimateDistortion, Settings } from './controlContract';
import type { Job, JobProgress } from './jobs';
import { parseEnvelope, type Payload } from './responseFaults';

type Estimate = Pick<JobProgress, 'progress' | 'estimatedTime'>;

const FACTOR = 3;

/** Changes accurate status responses according to the settings. */
export class EstimateDistorter {
	private readonly firstEstimates = new WeakMap<Job, Estimate>();

	distort(job: Job, payload: Payload, settings: Settings): Payload {
		const envelope = parseEnvelope(payload);
		if (envelope?.code !== 0) return payload;
		const { progress, estimatedTime, videoUrl, ...rest } = envelope.data;
		const estimate = { progress: Number(progress), estimatedTime: Number(estimatedTime) };
		const hideUrl = job.completedPollCount <= settings.pollsWithoutUrl;
		const data = {
			...rest,
			...(videoUrl === undefined || hideUrl ? {} : { videoUrl }),
			...this.distortEstimate(job, estimate, settings.estimates),
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
