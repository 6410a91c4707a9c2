import { setTimeout as sleep } from 'node:timers/promises';
import { secondsSince } from '../lib/progress.cjs';
import type { Cluster, Gauge } from './cluster';
import { statuses, type Statuses } from './database';
import { overOf, type Sample } from './figures';
import type { Usage } from './proc';

const SAMPLE_EVERY_MS = 2_000;
const TELL_EVERY_MS = 15_000;

async function usages(gauges: Map<string, Gauge>): Promise<Record<string, Usage>> {
	const found: Record<string, Usage> = {};
	for (const [name, gauge] of gauges) {
		const usage = await gauge();
		if (usage) found[name] = usage;
	}
	return found;
}

async function sample(cluster: Cluster, gauges: Map<string, Gauge>): Promise<Sample> {
	const [counted, queue, usage] = await Promise.all([
		statuses(cluster.postgres),
		cluster.redis.queueLengths(),
		usages(gauges),
	]);
	return { atMs: Date.now(), statuses: counted, slots: queue?.active, usage };
}

/** e.g. "10 running, 190 new" */
export function inWords(counted: Statuses): string {
	const words = Object.entries(counted).map(([status, count]) => `${count} ${status}`);
	return words.sort().join(', ') || 'none';
}

/** Looks at a cluster again and again, and says every so often what it sees. */
export class Watch {
	readonly samples: Sample[] = [];
	private readonly startedMs = Date.now();
	private toldMs = Date.now();

	private constructor(
		private readonly cluster: Cluster,
		private readonly gauges: Map<string, Gauge>,
	) {}

	/** Takes the first sample. */
	static async start(cluster: Cluster): Promise<Watch> {
		const watch = new Watch(cluster, await cluster.gauges());
		await watch.look();
		return watch;
	}

	private async look(): Promise<Sample> {
		const seen = await sample(this.cluster, this.gauges);
		this.samples.push(seen);
		if (seen.atMs - this.toldMs >= TELL_EVERY_MS) {
			this.toldMs = seen.atMs;
			const slots = seen.slots === undefined ? 'no queue' : `${seen.slots} slots held`;
			console.log(`  … ${secondsSince(this.startedMs)}: ${inWords(seen.statuses)}; ${slots}`);
		}
		return seen;
	}

	/**
	 * Looks on until so many executions are over.
	 * @returns whether they are; false after `limitSeconds`
	 */
	async untilOver(count: number, limitSeconds: number): Promise<boolean> {
		return await this.until(({ statuses: seen }) => overOf(seen) >= count, limitSeconds);
	}

	/** Looks on until `isTrue` of what is seen. @returns whether it came true within the limit */
	async until(isTrue: (seen: Sample) => boolean, limitSeconds: number): Promise<boolean> {
		const deadlineMs = Date.now() + limitSeconds * 1000;
		for (;;) {
			if (isTrue(await this.look())) return true;
			if (Date.now() > deadlineMs) return false;
			await sleep(SAMPLE_EVERY_MS);
		}
	}
}
