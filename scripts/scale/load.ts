import { setTimeout as sleep } from 'node:timers/promises';
import { withCluster, type Cluster, type Prerequisites } from './cluster';
import { databaseSize, durations, lastFinishMs } from './database';
import { batchCount, processFigures, slotFigures, videoFigures } from './figures';
import { Monitor } from './monitor';
import type { Mode, ScaleOptions } from './options';
import { printProblems } from './problems';
import type { LoadResult } from './results';
import { publishWorkload, startExecutions } from './workload';

/** n8n's own work after a start would distort the baseline of its memory. */
const SETTLE_MS = 10_000;
/** n8n's default. */
const RECOVERY_MINUTES = 180;
/** Maximum overhead of one batch in process. */
const BATCH_RESERVE_SECONDS = 30;
const RESERVE_SECONDS = 600;

/** Approximate duration of a run, seconds. In process, videos wait for free slots. */
export function expectedSeconds(mode: Mode, options: ScaleOptions): number {
	const { executions, workers, concurrency, jobSeconds } = options;
	if (mode !== 'inProcess') return 1.5 * jobSeconds + 60;
	return batchCount(executions, workers * concurrency) * (jobSeconds + 2);
}

async function measure(cluster: Cluster, mode: Mode, options: ScaleOptions): Promise<LoadResult> {
	const { executions, workers, concurrency, jobSeconds } = options;
	const { postgres, sandbox } = cluster;
	await publishWorkload(cluster, mode);
	await sleep(SETTLE_MS);
	const empty = await databaseSize(postgres);
	const monitor = new Monitor(cluster);
	await monitor.takeSample();
	const startedMs = Date.now();
	const batches = batchCount(executions, workers * concurrency);
	const timeout =
		expectedSeconds(mode, options) + batches * BATCH_RESERVE_SECONDS + RESERVE_SECONDS;
	const [respondedMs] = await Promise.all([
		startExecutions(cluster, mode, executions).then(() => Date.now()),
		monitor.untilFinished(executions, timeout),
	]);
	await printProblems(cluster);
	const full = await databaseSize(postgres);
	return {
		...{ mode, executions, jobSeconds, workers, concurrency },
		statuses: monitor.samples.at(-1)?.statuses ?? {},
		responseSeconds: (respondedMs - startedMs) / 1000,
		seconds: ((await lastFinishMs(postgres)) - startedMs) / 1000,
		slots: slotFigures(monitor.samples, executions),
		processes: processFigures(monitor.samples),
		videos: videoFigures((await sandbox.state()).jobs),
		durations: await durations(postgres),
		database: { executions: full.executions, bytes: full.bytes - empty.bytes },
	};
}

/** Starts many executions simultaneously and measures until all have finished. */
export async function measureLoad(
	prerequisites: Prerequisites,
	mode: Mode,
	options: ScaleOptions,
): Promise<LoadResult> {
	const minutes = Math.ceil(expectedSeconds(mode, options) / 60);
	const title = `${options.executions} executions, ${mode} (about ${minutes} min plus startup)`;
	const settings = { persistentRedis: true, recoveryMinutes: RECOVERY_MINUTES };
	const all = { ...prerequisites, ...options, ...settings };
	return await withCluster(title, all, async (cluster) => await measure(cluster, mode, options));
}
