import { secondsSince } from '../lib/progress.cjs';
import { waitFor } from '../lib/waitFor';
import type { Cluster } from './cluster';
import { statuses } from './database';
import { finishedCount, formatStatuses, type Sample } from './figures';

const SAMPLE_INTERVAL_MS = 2_000;
const PRINT_INTERVAL_MS = 15_000;

/** Samples the state of a cluster at regular intervals, and prints it occasionally. */
export class Monitor {
	readonly samples: Sample[] = [];
	private readonly startedMs = Date.now();
	private printedMs = Date.now();

	constructor(private readonly cluster: Cluster) {}

	async takeSample(): Promise<Sample> {
		const { postgres, redis } = this.cluster;
		const reads = [statuses(postgres), redis.activeJobs(), this.cluster.usage()] as const;
		const [counts, slots, usage] = await Promise.all(reads);
		const sample = { atMs: Date.now(), statuses: counts, slots, usage };
		this.samples.push(sample);
		if (sample.atMs - this.printedMs >= PRINT_INTERVAL_MS) {
			this.printedMs = sample.atMs;
			const queue = slots === undefined ? 'Redis unavailable' : `${slots} slots occupied`;
			console.log(`  … ${secondsSince(this.startedMs)}: ${formatStatuses(counts)}; ${queue}`);
		}
		return sample;
	}

	/** Takes samples until so many executions have finished. @returns false after the timeout */
	async untilFinished(count: number, timeoutSeconds: number): Promise<boolean> {
		const isDone = (sample: Sample) => finishedCount(sample.statuses) >= count;
		return isDone(await this.until(isDone, timeoutSeconds));
	}

	async untilElapsed(seconds: number): Promise<void> {
		await this.until(() => false, seconds);
	}

	private async until(isDone: (sample: Sample) => boolean, timeoutSeconds: number) {
		const limits = { timeoutMs: timeoutSeconds * 1000, intervalMs: SAMPLE_INTERVAL_MS };
		return await waitFor(async () => await this.takeSample(), isDone, limits);
	}
}
