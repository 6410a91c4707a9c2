import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../lib/waitFor';
import { withCluster, type Cluster, type Prerequisites } from './cluster';
import { lastFinishMs, statuses } from './database';
import { formatStatuses, videoFigures } from './figures';
import { expectedSeconds } from './load';
import { Monitor } from './monitor';
import type { Mode, ScaleOptions } from './options';
import { printProblems } from './problems';
import type { ScenarioResult } from './results';
import { publishWorkload, startExecutions } from './workload';

/** n8n's default is 180 minutes. Until then, lost executions remain in the status "running". */
const RECOVERY_MINUTES = 1;
/** Downtime of the killed process: less than the 10 s after which n8n exits without Redis. */
const DOWNTIME_MS = 4_000;
/** Lock of a lost job (60 s), interval of n8n's lock check (30 s), and the recovery. */
const DETECTION_SECONDS = 240;

/** A call makes no difference to what a killed process loses. */
const MODES: readonly Mode[] = ['inProcess', 'durable'];

export interface Scenario {
	name: string;
	modes: readonly Mode[];
	persistentRedis: boolean;
	/** Waits for the moment to kill the process, after half a video's duration. */
	waitForMoment?(cluster: Cluster): Promise<void>;
	kill(cluster: Cluster): Promise<void>;
	restart(cluster: Cluster): Promise<void>;
}

async function waitForActiveJob({ redis }: Cluster): Promise<void> {
	const limits = { timeoutMs: Infinity, intervalMs: 50, maxIntervalMs: 50 };
	await waitFor(async () => await redis.activeJobs(), Boolean, limits);
}

const killWorker = {
	persistentRedis: true,
	kill: async ({ workers }: Cluster) => await workers[0]?.kill(),
	restart: async ({ workers }: Cluster) => await workers[0]?.start(),
};

const killRedis = {
	modes: MODES,
	kill: async ({ redis }: Cluster) => await redis.server.kill(),
	restart: async ({ redis }: Cluster) => await redis.server.start(),
};

export const SCENARIOS: readonly Scenario[] = [
	{
		name: 'n8n main',
		modes: MODES,
		persistentRedis: true,
		kill: async ({ main }) => await main.server.kill(),
		restart: async ({ main }) => await main.restart(),
	},
	{ name: 'one worker', modes: MODES, ...killWorker },
	// In process, a worker is always busy.
	{
		name: 'one worker during a status check',
		modes: ['durable'],
		waitForMoment: waitForActiveJob,
		...killWorker,
	},
	{ name: 'Redis with an append-only file', persistentRedis: true, ...killRedis },
	{ name: 'Redis without persistence', persistentRedis: false, ...killRedis },
];

async function play(
	scenario: Scenario,
	cluster: Cluster,
	mode: Mode,
	options: ScaleOptions,
): Promise<ScenarioResult> {
	const { faultExecutions: executions, jobSeconds } = options;
	const { postgres, sandbox } = cluster;
	await publishWorkload(cluster, mode);
	const monitor = new Monitor(cluster);
	const startedMs = Date.now();
	await startExecutions(cluster, mode, executions);
	await monitor.untilElapsed(jobSeconds / 2 - (Date.now() - startedMs) / 1000);
	await scenario.waitForMoment?.(cluster);
	await scenario.kill(cluster);
	const before = await statuses(postgres);
	console.log(`  … killed ${scenario.name}: ${formatStatuses(before)}`);
	await sleep(DOWNTIME_MS);
	await scenario.restart(cluster);
	const timeout = expectedSeconds(mode, { ...options, executions }) + DETECTION_SECONDS;
	const finished = await monitor.untilFinished(executions, timeout);
	await printProblems(cluster);
	return {
		...{ scenario: scenario.name, mode, executions, jobSeconds, before },
		after: monitor.samples.at(-1)?.statuses ?? {},
		seconds: finished ? ((await lastFinishMs(postgres)) - startedMs) / 1000 : null,
		videos: videoFigures((await sandbox.state()).jobs),
	};
}

/** Kills a process while executions wait, restarts it, and measures how they finish. */
export async function runScenario(
	prerequisites: Prerequisites,
	scenario: Scenario,
	mode: Mode,
	options: ScaleOptions,
): Promise<ScenarioResult> {
	const { name, persistentRedis } = scenario;
	const settings = { persistentRedis, recoveryMinutes: RECOVERY_MINUTES };
	const title = `${name} killed, ${mode}`;
	const all = { ...prerequisites, ...options, ...settings };
	const work = async (cluster: Cluster) => await play(scenario, cluster, mode, options);
	return await withCluster(title, all, work);
}
