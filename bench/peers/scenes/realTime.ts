// What a fast clock would blur, in real time.
import { isOurs } from '../contestants';
import { NEVER_SECONDS } from '../fakes/types';
import type { Figures } from './figures';
import { prompts, type Theatre } from './theatre';
import { timeAll } from './work';

/** When Stop is pressed, seconds after the run began: at different points between two looks. */
const STOPS = [7, 12, 17];
/** Longer than any gap between two looks that a contestant takes. */
const WATCH_SECONDS = 16;

type Real = Pick<Figures, 'stop' | 'real'>;

/** @param long - whether to time what takes a minute, too */
export async function measureInRealTime(theatre: Theatre, long: boolean): Promise<Real> {
	const [one, ten, ...stops] = await Promise.all([
		long ? timeAll(theatre, 1) : null,
		// the others would take ten minutes
		long && isOurs(theatre.contestant) ? timeAll(theatre, 10) : null,
		...STOPS.map(async (stopAfterSeconds) => await stop(theatre, stopAfterSeconds)),
	]);
	return {
		stop: {
			seconds: Math.max(...stops.map(({ seconds }) => seconds)),
			requests: Math.max(...stops.map(({ requests }) => requests)),
		},
		real: { one, ten },
	};
}

async function stop(theatre: Theatre, stopAfterSeconds: number): Promise<Figures['stop']> {
	const { outcome, history } = await theatre.play({
		prompts: prompts(3),
		plan: { jobSeconds: [NEVER_SECONDS] },
		stopAfterSeconds,
		watchSeconds: WATCH_SECONDS,
	});
	const { stoppedAt, endedAt } = outcome;
	if (stoppedAt === undefined) throw new Error(`${theatre.contestant.label} ended before Stop`);
	return {
		seconds: (endedAt - stoppedAt) / 1000,
		requests: history.calls.filter((at) => at > stoppedAt).length,
	};
}
