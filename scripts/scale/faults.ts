import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../lib/progress.cjs';
import { withCluster, type Cluster, type Ingredients } from './cluster';
import { failedIds, lastEndMs, statuses } from './database';
import { videoFigures } from './figures';
import { expectedSeconds } from './load';
import { MODES, type Mode, type ScaleOptions } from './options';
import type { FaultResult } from './results';
import { inWords, Watch } from './watch';
import { order, prepare } from './workload';

/** n8n's default is 180 minutes; until then it shows executions as running that nobody runs. */
const RECOVERY_MINUTES = 1;
const LOOK_OFTEN_MS = 50;
/** How long the killed process stays away: less than the 10 s after which n8n ends without Redis. */
const AWAY_MS = 4_000;
/** For n8n to notice: a lost job's lock ends after 60 s, looked at every 30 s; then the recovery. */
const NOTICE_SECONDS = 240;

/** What is killed in a scene, when, and how it comes back. */
export interface Scene {
	name: string;
	modes: readonly Mode[];
	persistentRedis: boolean;
	/** Settles when the time has come; half a video's time has passed already. */
	moment?(cluster: Cluster): Promise<void>;
	kill(cluster: Cluster): Promise<void>;
	restart(cluster: Cluster): Promise<void>;
}

/** Until a worker has something to do. */
async function untilBusy({ redis }: Cluster): Promise<void> {
	while (!(await redis.queueLengths())?.active) await sleep(LOOK_OFTEN_MS);
}

const oneWorker = {
	persistentRedis: true,
	kill: async ({ workers }: Cluster) => await workers[0]?.kill(),
	restart: async ({ workers }: Cluster) => await workers[0]?.start(),
};

const aRedis = {
	modes: MODES,
	kill: async ({ redis }: Cluster) => await redis.service.kill(),
	restart: async ({ redis }: Cluster) => await redis.service.start(),
};

export const SCENES: readonly Scene[] = [
	{
		name: 'n8n main',
		modes: MODES,
		persistentRedis: true,
		kill: async (cluster) => await cluster.main.kill(),
		restart: async (cluster) => await cluster.restartMain(),
	},
	{ name: 'one worker', modes: MODES, ...oneWorker },
	// in process it is never anything else
	{ name: 'one worker while it looks', modes: ['durable'], ...oneWorker, moment: untilBusy },
	{ name: 'Redis with an append-only file', persistentRedis: true, ...aRedis },
	{ name: 'Redis that forgets everything', persistentRedis: false, ...aRedis },
];

/** Prints what n8n tells the user about the executions that did not end well. */
async function tellProblems({ main, postgres }: Cluster): Promise<void> {
	const problems = new Set<string>();
	for (const id of await failedIds(postgres)) problems.add((await main.execution(id)).problem);
	for (const problem of problems) console.log(`  n8n says: ${problem}`);
}

async function play(
	scene: Scene,
	cluster: Cluster,
	mode: Mode,
	options: ScaleOptions,
): Promise<FaultResult> {
	const { faultExecutions: executions, jobSeconds } = options;
	await prepare(cluster, mode);
	const watch = await Watch.start(cluster);
	const startedMs = Date.now();
	await order(cluster, mode, executions);
	await watch.until(() => Date.now() - startedMs >= jobSeconds * 500, jobSeconds);
	await scene.moment?.(cluster);
	await scene.kill(cluster);
	const before = await statuses(cluster.postgres);
	console.log(`  … killed ${scene.name} while ${inWords(before)}`);
	await sleep(AWAY_MS);
	await scene.restart(cluster);
	const limit = expectedSeconds(mode, { ...options, executions }) + NOTICE_SECONDS;
	const isOver = await watch.untilOver(executions, limit);
	await tellProblems(cluster);
	const { jobs } = await cluster.sandbox.state();
	return {
		scene: scene.name,
		mode,
		executions,
		jobSeconds,
		before,
		after: watch.samples.at(-1)?.statuses ?? {},
		seconds: isOver ? ((await lastEndMs(cluster.postgres)) - startedMs) / 1000 : null,
		videos: videoFigures(jobs),
	};
}

/** Kills a process while executions wait, starts it again, and watches what becomes of them. */
export async function fault(
	ingredients: Ingredients,
	scene: Scene,
	mode: Mode,
	options: ScaleOptions,
): Promise<FaultResult> {
	const { persistentRedis } = scene;
	const cluster = {
		...ingredients,
		...options,
		persistentRedis,
		recoveryMinutes: RECOVERY_MINUTES,
	};
	const title = `${scene.name} killed, ${mode}`;
	const work = async () =>
		await withCluster(cluster, async (one) => await play(scene, one, mode, options));
	return await step(title, work, { quiet: true });
}
