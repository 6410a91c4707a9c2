import type { JobState } from '../../sandbox/client';
import { FINAL_STATUSES } from '../n8n/execution';
import type { ProcessFigures, SlotFigures, Statuses, VideoFigures } from './results';
import type { Usage } from './usage';

export interface Sample {
	atMs: number;
	/** Executions started by webhook, by status. */
	statuses: Statuses;
	/** Occupied worker slots; undefined while Redis is unavailable. */
	slots: number | undefined;
	/** By process name, without processes that aren't running. */
	usage: Record<string, Usage>;
}

export function finishedCount(statuses: Statuses): number {
	return FINAL_STATUSES.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
}

/** Formats statuses, e.g. "10 running, 190 new". */
export function formatStatuses(statuses: Statuses): string {
	const parts = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
	return parts.sort().join(', ') || 'none';
}

/** Each sample applies until the next one. A missing slot count is taken from the previous sample. */
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

/** @param samples - the first sample precedes the first webhook request */
export function processFigures(samples: readonly Sample[]): ProcessFigures[] {
	return Object.entries(samples[0]?.usage ?? {}).map(([name, baseline]) => {
		const usages = samples.flatMap(({ usage }) => usage[name] ?? []);
		return {
			name,
			baseline: baseline.memory,
			peak: Math.max(...usages.map(({ memory }) => memory)),
			cpuSeconds: (usages.at(-1)?.cpuSeconds ?? 0) - baseline.cpuSeconds,
		};
	});
}

/** @param jobs - all jobs in the sandbox; each prompt identifies one execution */
export function videoFigures(
	jobs: ReadonlyArray<Pick<JobState, 'prompt' | 'pollCount'>>,
): VideoFigures {
	const prompts = new Map<string, number>();
	for (const { prompt } of jobs) prompts.set(prompt, (prompts.get(prompt) ?? 0) + 1);
	const statusChecks = jobs.map((job) => job.pollCount);
	return {
		submitted: prompts.size,
		duplicates: [...prompts.values()].filter((count) => count > 1).length,
		statusChecksMean: statusChecks.reduce((sum, n) => sum + n, 0) / (jobs.length || 1),
		statusChecksMax: Math.max(0, ...statusChecks),
	};
}

/** Number of consecutive batches if each execution occupied one slot until it finished. */
export function batchCount(executions: number, slots: number): number {
	return Math.ceil(executions / slots);
}
