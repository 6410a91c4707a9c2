import { secondsSince } from '../lib/progress.cjs';
import { waitFor } from '../lib/waitFor';
import type { Cluster, UsageReader } from './cluster';
import { statuses } from './database';
import { finishedCount, formatStatuses, type Sample } from './figures';

const SAMPLE_INTERVAL_MS = 2_000;
const PRINT_INTERVAL_MS = 15_000;

/** Samples the state of a cluster at regular intervals, and prints it occasionally. */
export class Monitor {
	readonly samples: Sample[] = [];
	private readonly startedMs = Date.now();
	private printedMs = Date.now();

	private constructor(
		private readonly cluster: Cluster,
		private readonly readers: Map<string, UsageReader>,
	) {}

	/** Takes the first sample. */
	static async start(cluster: Cluster): Promise<Monitor> {
		const monitor = new Monitor(cluster, await cluster.usageReaders());
		await monitor.takeSample();
		return monitor;
	}

	private async takeSample(): Promise<Sample> {
		const { postgres, redis } = this.cluster;
		const reads = [...this.readers].map(async ([name, read]) => [name, await read()] as const);
		const [counts, slots, usages] = await Promise.all([
			statuses(postgres),
			redis.activeJobs(),
			Promise.all(reads),
		]);
		const known = usages.flatMap(([name, usage]) => (usage ? [[name, usage] as const] : []));
		const sample = { atMs: Date.now(), statuses: counts, slots, usage: Object.fromEntries(known) };
		this.samples.push(sample);
		this.print(sample);
		return sample;
	}

	private print({ atMs, statuses: counts, slots }: Sample): void {
		if (atMs - this.printedMs < PRINT_INTERVAL_MS) return;
		this.printedMs = atMs;
		const queue = slots === undefined ? 'Redis unavailable' : `${slots} slots occupied`;
		console.log(`  … ${secondsSince(this.startedMs)}: ${formatStatuses(counts)}; ${queue}`);
	}

	/** Takes samples until so many executions have finished. @returns false after the timeout */
	async untilFinished(count: number, timeoutSeconds: number): Promise<boolean> {
		const isDone = (sample: Sample) => finishedCount(sample.statuses) >= count;
		return isDone(await this.until(isDone, timeoutSeconds));
	}

	/** Takes samples for a fixed time. */
	async untilElapsed(seconds: number): Promise<void> {
		await this.until(() => false, seconds);
	}

	private async until(isDone: (sample: Sample) => boolean, timeoutSeconds: number) {
		const limits = { timeoutMs: timeoutSeconds * 1000, intervalMs: SAMPLE_INTERVAL_MS };
		return await waitFor(async () => await this.takeSample(), isDone, limits);
	}
}
