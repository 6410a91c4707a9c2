import type { Estimates, Job } from './behavior';

const FACTOR = 3;

const randomBelow = (limit: number) => Math.floor(Math.random() * limit);

/** The API's progress (percent) and remaining time (seconds) of a job, distorted as configured. */
export function estimateOf(kind: Estimates, { createdAt, completesAt }: Job, nowMs: number) {
	const progress = Math.floor(100 * Math.min((nowMs - createdAt) / (completesAt - createdAt), 1));
	const estimatedTime = Math.ceil(Math.max(completesAt - nowMs, 0) / 1000);
	switch (kind) {
		case 'accurate':
			return { progress, estimatedTime };
		case 'absent':
			return {};
		case 'long':
			return { progress: Math.floor(progress / FACTOR), estimatedTime: estimatedTime * FACTOR };
		case 'short':
			return {
				progress: Math.min(progress * FACTOR, 100),
				estimatedTime: Math.floor(estimatedTime / FACTOR),
			};
		case 'frozen':
			return { progress: 0, estimatedTime: Math.ceil((completesAt - createdAt) / 1000) };
		case 'jumping':
			return { progress: randomBelow(101), estimatedTime: randomBelow(600) };
	}
}
