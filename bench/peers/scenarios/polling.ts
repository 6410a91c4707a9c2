// When this node polls, compared with pollers that use a fixed interval.
import type { Estimates, Job } from '../mockApi/behavior';
import { prompts, type BenchmarkEnvironment } from './environment';

/** Approximate durations of the jobs, seconds. */
export const LENGTHS = [30, 60, 120, 300];
/** Durations differ from these by up to this fraction. */
const SPREAD = 0.2;
/** Jobs of one measurement, in parallel. */
const JOBS = 30;
/** The submits take different times, or all jobs would be polled at the same moment. */
const MAX_SUBMIT_SECONDS = 5;
/** Parallel measurements. With more, the machine would determine the lag. */
const CONCURRENCY = 2;

export async function measurePolling(
	environment: BenchmarkEnvironment,
	lengths: readonly number[],
	estimates: readonly Estimates[],
) {
	// the longest first, so that none runs alone at the end
	const queue = [...lengths]
		.sort((a, b) => b - a)
		.flatMap((length) => estimates.map((kind) => ({ length, kind })))
		.values();
	const worker = async () => {
		const figures: Array<Awaited<ReturnType<typeof measure>>> = [];
		for (const { length, kind } of queue) figures.push(await measure(environment, length, kind));
		return figures;
	};
	return (await Promise.all(Array.from({ length: CONCURRENCY }, worker))).flat();
}

async function measure(environment: BenchmarkEnvironment, length: number, estimates: Estimates) {
	const jobSeconds = durations(length);
	const { outcome, history } = await environment.run({
		prompts: prompts(JOBS),
		behavior: { jobSeconds, estimates, maxSubmitSeconds: MAX_SUBMIT_SECONDS },
		parameters: { options: { maxConcurrency: JOBS } },
	});
	if (outcome.items.length !== JOBS) throw new Error(`A job was lost: ${outcome.error}`);
	const { jobs } = history;
	const every5 = pollEvery(5, jobs);
	return {
		jobSeconds: length,
		estimates,
		node: summarize(jobs.map((job) => sampleOf(job, job.polls.length, job.polls.at(-1)))),
		every5: summarize(every5),
		every10: summarize(pollEvery(10, jobs)),
		/** Jobs that the node polled more often than every 5 s. */
		morePollsThan5: jobs.filter(({ polls }, job) => polls.length > (every5[job]?.polls ?? 0))
			.length,
	};
}

/** Lag: seconds from a job's end to the poll that detects it. */
const sampleOf = ({ completesAt }: Job, polls: number, lastPollAt = NaN) => ({
	polls,
	lag: (lastPollAt - completesAt) / 1000,
});

/** What a fixed interval would need for the same jobs. */
function pollEvery(seconds: number, jobs: Job[]) {
	return jobs.map((job) => {
		const { createdAt, completesAt } = job;
		const polls = Math.ceil((completesAt - createdAt) / 1000 / seconds);
		return sampleOf(job, polls, createdAt + polls * seconds * 1000);
	});
}

function summarize(jobs: Array<{ polls: number; lag: number }>) {
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const polls = jobs.map((job) => job.polls);
	const lags = jobs.map((job) => job.lag);
	return {
		...{ polls: mean(polls), maxPolls: Math.max(...polls) },
		...{ lag: mean(lags), maxLag: Math.max(...lags) },
	};
}

/** Coprime to JOBS, so that its multiples reach all of them. */
const STRIDE = 7;
/** The longer of the fixed intervals, seconds; a multiple of the other. */
const MAX_INTERVAL = 10;

/**
 * Seconds, the same in every measurement. The ends are evenly distributed between two polls of a
 * fixed poller, because chance would otherwise favor or penalize it.
 */
function durations(length: number): number[] {
	return Array.from({ length: JOBS }, (_, job) => {
		const approximate = length * (1 - SPREAD + (2 * SPREAD * job) / JOBS);
		const point = (((job * STRIDE) % JOBS) + 0.5) / JOBS;
		return (Math.floor(approximate / MAX_INTERVAL) + point) * MAX_INTERVAL;
	});
}
