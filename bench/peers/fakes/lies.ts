import type { Estimates, Job } from './types';

const FACTOR = 3;
const LONGEST_JUMP_SECONDS = 600;

/** What an API says of a job's rest: whole percent and whole seconds, true or not. */
export function lie(estimates: Estimates, { bornAt, endsAt }: Job, nowMs: number) {
	const part = Math.min((nowMs - bornAt) / (endsAt - bornAt), 1);
	const progress = Math.floor(100 * part);
	const estimatedTime = Math.ceil(Math.max(endsAt - nowMs, 0) / 1000);
	switch (estimates) {
		case 'truthful':
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
			return { progress: 0, estimatedTime: Math.ceil((endsAt - bornAt) / 1000) };
		case 'jumping':
			return { progress: below(101), estimatedTime: below(LONGEST_JUMP_SECONDS) };
	}
}

const below = (limit: number) => Math.floor(Math.random() * limit);
