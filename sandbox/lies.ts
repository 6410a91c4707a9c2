import type { Job, Standing } from './jobs';
import { parseEnvelope, type Payload } from './spoil';
import type { Estimates, Settings } from './types';

type Estimate = Pick<Standing, 'progress' | 'estimatedTime'>;

const FACTOR = 3;

/** What a status answer says beside the truth, when the settings ask for it. */
export class Lies {
	private readonly first = new WeakMap<Job, Estimate>();

	/** The answer about a job, bent as the settings say. */
	about(job: Job, payload: Payload, settings: Settings): Payload {
		const envelope = parseEnvelope(payload);
		if (envelope?.code !== 0) return payload;
		const { progress, estimatedTime, videoUrl, ...rest } = envelope.data;
		const truth = { progress: Number(progress), estimatedTime: Number(estimatedTime) };
		const hideUrl = job.completedLooks <= settings.completedWithoutUrlLooks;
		const data = {
			...rest,
			...(videoUrl === undefined || hideUrl ? {} : { videoUrl }),
			...this.bend(job, truth, settings.estimates),
		};
		return JSON.stringify({ ...envelope, data });
	}

	private bend(job: Job, truth: Estimate, estimates: Estimates) {
		const { progress, estimatedTime } = truth;
		if (!this.first.has(job)) this.first.set(job, truth);
		switch (estimates) {
			case 'truthful':
				return truth;
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
				return this.first.get(job);
			case 'jumping':
				return { progress: below(101), estimatedTime: below(600) };
			case 'strings':
				return { progress: String(progress), estimatedTime: String(estimatedTime) };
		}
	}
}

const below = (limit: number) => Math.floor(Math.random() * limit);
