import type { JobState } from '../../sandbox/client';
import type { Statuses } from './database';
import type { Usage } from './proc';

/** What is seen at one moment. */
export interface Sample {
	/** Epoch milliseconds. */
	atMs: number;
	/** Executions that the orders made, by status. */
	statuses: Statuses;
	/** Slots of the workers in use; undefined while the queue cannot be asked. */
	slots: number | undefined;
	/** By process name; one that is down is missing. */
	usage: Record<string, Usage>;
}

/** Statuses of an execution that will not change any more. */
const ENDS = ['success', 'error', 'crashed', 'canceled'];

/** How many executions are over. */
export function overOf(statuses: Statuses): number {
	return ENDS.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
}

export interface SlotFigures {
	peak: number;
	/** Over the whole time. */
	mean: number;
	/** Seconds of a slot, for each video. */
	secondsPerVideo: number;
}

/** A sample holds until the next one; moments without a count take the one before. */
export function slotFigures(samples: readonly Sample[], videos: number): SlotFigures {
	let slotMs = 0;
	let slots = 0;
	let peak = 0;
	samples.forEach((sample, index) => {
		slots = sample.slots ?? slots;
		peak = Math.max(peak, slots);
		slotMs += slots * ((samples[index + 1]?.atMs ?? sample.atMs) - sample.atMs);
	});
	const totalMs = (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
	return {
		peak,
		mean: totalMs > 0 ? slotMs / totalMs : 0,
		secondsPerVideo: videos > 0 ? slotMs / 1000 / videos : 0,
	};
}

export interface ProcessFigures {
	name: string;
	/** Resident memory before the first order, bytes. */
	baseline: number;
	/** The highest sample. */
	peak: number;
	/** Processor time used from the first sample to the last. */
	cpuSeconds: number;
}

/** @param samples - the first of them before the first order */
export function processFigures(samples: readonly Sample[]): ProcessFigures[] {
	const first = samples[0]?.usage ?? {};
	return Object.entries(first).map(([name, baseline]) => {
		const seen = samples.flatMap(({ usage }) => usage[name] ?? []);
		return {
			name,
			baseline: baseline.memory,
			peak: Math.max(...seen.map(({ memory }) => memory)),
			cpuSeconds: (seen.at(-1)?.cpuSeconds ?? 0) - baseline.cpuSeconds,
		};
	});
}

export interface VideoFigures {
	/** Orders that reached the API. */
	submitted: number;
	/** Of these, orders that it got more than once. */
	twice: number;
	/** Status requests for one video. */
	looksMean: number;
	looksMost: number;
}

/** @param jobs - as the sandbox knows them; an order is known by its prompt */
export function videoFigures(
	jobs: ReadonlyArray<Pick<JobState, 'prompt' | 'pollCount'>>,
): VideoFigures {
	const times = new Map<string, number>();
	for (const { prompt } of jobs) times.set(prompt, (times.get(prompt) ?? 0) + 1);
	const looks = jobs.map((job) => job.pollCount);
	return {
		submitted: times.size,
		twice: [...times.values()].filter((count) => count > 1).length,
		looksMean: looks.reduce((sum, count) => sum + count, 0) / (looks.length || 1),
		looksMost: Math.max(0, ...looks),
	};
}

/** Rounds of videos that the slots would take if each kept its slot from submit to end. */
export function rounds(executions: number, slots: number): number {
	return Math.ceil(executions / slots);
}
