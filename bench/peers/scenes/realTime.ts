// What a fast clock would blur, in real time.
import { NEVER_SECONDS } from '../fakes/types';
import type { Figures } from './figures';
import { prompts, type Theatre } from './theatre';

/** When Stop is pressed, seconds after the run began: at different points between two looks. */
const STOPS = [7, 12, 17];
/** Longer than any gap between two looks that a contestant takes. */
const WATCH_SECONDS = 16;

type Real = Pick<Figures, 'stop' | 'realOne'>;

/** @param one - whether to time one item, too, which takes a minute */
export async function measureInRealTime(theatre: Theatre, one: boolean): Promise<Real> {
	const [realOne, ...stops] = await Promise.all([
		one ? theatre.play({ prompts: prompts(1) }) : undefined,
		...STOPS.map(async (stopAfterSeconds) => await stop(theatre, stopAfterSeconds)),
	]);
	return {
		stop: {
			seconds: Math.max(...stops.map(({ seconds }) => seconds)),
			requests: Math.max(...stops.map(({ requests }) => requests)),
		},
		realOne: realOne?.outcome.seconds ?? null,
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
