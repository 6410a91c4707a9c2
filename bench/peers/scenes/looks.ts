// How well this node knows when to look: against pollers that look every so many seconds.
import type { Estimates, Job } from '../fakes/types';
import { mean } from './figures';
import { prompts, type Theatre } from './theatre';

/** About how long the jobs of one measurement last, seconds: some a fifth more or less. */
export const LENGTHS = [30, 60, 120, 300] as const;
const SPREAD = 0.2;
/** Measured for each length and honesty, all at once. */
const JOBS = 30;
/** Submits are answered at different times, or all jobs would be looked at in the same moment. */
const SLOW_SUBMIT_SECONDS = 5;
/** Measurements at once: with more, the machine and not the node would make for the lag. */
const AT_ONCE = 2;

/** Looks at a video and lag behind its completion, over the jobs of one measurement. */
export interface Looks {
	looks: number;
	mostLooks: number;
	/** Seconds from a job's end to the look that saw it. */
	lag: number;
	worstLag: number;
}

export interface LooksFigures {
	length: number;
	estimates: Estimates;
	node: Looks;
	/** What a poller of that gap would have needed for the very same jobs, by the gap in seconds. */
	fixed: Record<5 | 10, Looks>;
	/** For how many of the jobs the node took more looks than a poller of 5 s would have. */
	moreLooksThan5: number;
}

export async function measureLooks(
	theatre: Theatre,
	lengths: readonly number[],
	estimates: readonly Estimates[],
): Promise<LooksFigures[]> {
	// the long ones first, so that none is left over at the end
	const cells = [...lengths]
		.sort((a, b) => b - a)
		.flatMap((length) => estimates.map((honesty) => ({ length, honesty })));
	const queue = cells.values();
	const figures: LooksFigures[] = [];
	const worker = async () => {
		for (const { length, honesty } of queue) {
			figures.push(await measure(theatre, length, honesty));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return figures;
}

async function measure(
	theatre: Theatre,
	length: number,
	estimates: Estimates,
): Promise<LooksFigures> {
	const jobSeconds = lives(length);
	const { outcome, history } = await theatre.play({
		prompts: prompts(JOBS),
		plan: { jobSeconds, estimates, slowSubmitSeconds: SLOW_SUBMIT_SECONDS },
		parameters: { options: { maxConcurrency: JOBS } },
	});
	if (outcome.items.length !== JOBS) throw new Error(`A job was lost: ${outcome.error}`);
	const { jobs } = history;
	const [by5, by10] = [fixedPoller(jobs, 5), fixedPoller(jobs, 10)];
	return {
		length,
		estimates,
		node: summary(jobs.map(({ looks, endsAt }) => seen(looks.length, looks.at(-1), endsAt))),
		fixed: { 5: summary(by5), 10: summary(by10) },
		moreLooksThan5: jobs.filter(({ looks }, job) => looks.length > (by5[job]?.looks ?? 0)).length,
	};
}

const seen = (looks: number, lastLook: number | undefined, endsAt: number) => ({
	looks,
	lag: ((lastLook ?? NaN) - endsAt) / 1000,
});

/** @param gap - seconds */
function fixedPoller(jobs: Job[], gap: number) {
	return jobs.map(({ bornAt, endsAt }) => {
		const looks = Math.ceil((endsAt - bornAt) / 1000 / gap);
		return seen(looks, bornAt + looks * gap * 1000, endsAt);
	});
}

function summary(jobs: Array<{ looks: number; lag: number }>): Looks {
	const looks = jobs.map((job) => job.looks);
	const lags = jobs.map((job) => job.lag);
	return {
		looks: mean(looks),
		mostLooks: Math.max(...looks),
		lag: mean(lags),
		worstLag: Math.max(...lags),
	};
}

/** A number without common divisors with JOBS, so that multiples of it visit all of them. */
const STRIDE = 7;
/** The wider of the gaps that are compared with, seconds; a multiple of the other. */
const WIDEST_GAP = 10;

/**
 * Seconds; the same in every run. The jobs end at all points between two looks of a fixed poller
 * alike, or chance would make it look better or worse than it is.
 */
function lives(length: number): number[] {
	return Array.from({ length: JOBS }, (_, job) => {
		const about = length * (1 - SPREAD + (2 * SPREAD * job) / JOBS);
		const point = (((job * STRIDE) % JOBS) + 0.5) / JOBS;
		return (Math.floor(about / WIDEST_GAP) + point) * WIDEST_GAP;
	});
}
