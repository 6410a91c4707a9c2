import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../lib/progress.cjs';
import { withCluster, type Cluster, type Ingredients } from './cluster';
import { databaseSize, durations, lastEndMs } from './database';
import { processFigures, rounds, slotFigures, videoFigures } from './figures';
import type { Mode, ScaleOptions } from './options';
import type { LoadResult } from './results';
import { Watch } from './watch';
import { order, prepare } from './workload';

/** After a start n8n is busy with itself for a while; its memory would be mistaken for ours. */
const SETTLE_MS = 10_000;
/** n8n's own default. */
const RECOVERY_MINUTES = 180;
/** What one round in process takes beside the video, at most. */
const ROUND_EXTRA_SECONDS = 30;
const LIMIT_EXTRA_SECONDS = 600;

/** About how long a run takes, seconds: in process the videos wait for each other. */
export function expectedSeconds(mode: Mode, options: ScaleOptions): number {
	const { executions, workers, concurrency, jobSeconds } = options;
	if (mode === 'durable') return 1.5 * jobSeconds + 60;
	return rounds(executions, workers * concurrency) * (jobSeconds + 2);
}

async function measure(cluster: Cluster, mode: Mode, options: ScaleOptions): Promise<LoadResult> {
	const { executions, workers, concurrency, jobSeconds } = options;
	await prepare(cluster, mode);
	await sleep(SETTLE_MS);
	const empty = await databaseSize(cluster.postgres);
	const watch = await Watch.start(cluster);
	const startedMs = Date.now();
	const inTime = order(cluster, mode, executions).then(() => Date.now());
	const roundCount = rounds(executions, workers * concurrency);
	const limit =
		expectedSeconds(mode, options) + roundCount * ROUND_EXTRA_SECONDS + LIMIT_EXTRA_SECONDS;
	const [orderedMs] = await Promise.all([inTime, watch.untilOver(executions, limit)]);
	const { jobs } = await cluster.sandbox.state();
	const full = await databaseSize(cluster.postgres);
	return {
		mode,
		executions,
		jobSeconds,
		workers,
		concurrency,
		statuses: watch.samples.at(-1)?.statuses ?? {},
		orderSeconds: (orderedMs - startedMs) / 1000,
		seconds: ((await lastEndMs(cluster.postgres)) - startedMs) / 1000,
		slots: slotFigures(watch.samples, executions),
		processes: processFigures(watch.samples),
		videos: videoFigures(jobs),
		durations: await durations(cluster.postgres),
		database: { executions: full.executions, bytes: full.bytes - empty.bytes },
	};
}

/** Starts many executions at once and watches until all are over. */
export async function load(
	ingredients: Ingredients,
	mode: Mode,
	options: ScaleOptions,
): Promise<LoadResult> {
	const { executions } = options;
	const minutes = Math.ceil(expectedSeconds(mode, options) / 60);
	const title = `${executions} executions, ${mode} (about ${minutes} min and the start)`;
	const recoveryMinutes = RECOVERY_MINUTES;
	const cluster = { ...ingredients, ...options, persistentRedis: true, recoveryMinutes };
	const work = async () =>
		await withCluster(cluster, async (one) => await measure(one, mode, options));
	return await step(title, work, { quiet: true });
}
