import { UserError } from '../lib/userError';
import { withCluster, type Prerequisites } from './cluster';
import { statuses, unfinishedCount } from './database';
import { formatStatuses } from './figures';
import { expectedSeconds } from './load';
import { Monitor } from './monitor';
import type { Mode, ScaleOptions } from './options';
import { printProblems } from './problems';
import { publishWorkload, startExecutions } from './workload';

const JOB_SECONDS = 20;
/** n8n's default. */
const RECOVERY_MINUTES = 180;
const RESERVE_SECONDS = 240;
const ROUNDS = 5;

/**
 * Starts executions with the same request simultaneously, several times with another request, and checks
 * that the video register pays for each request once. The workers share only PostgreSQL.
 * @throws UserError if it paid more than once, an execution failed, or one is left that waits
 */
export async function checkRegister(
	prerequisites: Prerequisites,
	mode: Mode,
	options: ScaleOptions,
): Promise<void> {
	const { faultExecutions: executions } = options;
	const register = { settings: { table: 'veo_videos', reuseHours: 24, maxPerDay: 0 } };
	const settings = { persistentRedis: true, recoveryMinutes: RECOVERY_MINUTES };
	const concurrency = Math.ceil(executions / options.workers);
	const all = { ...prerequisites, ...options, ...settings, jobSeconds: JOB_SECONDS, concurrency };
	await withCluster(
		`${executions} executions with the same request, ${mode}`,
		all,
		async (cluster) => {
			const { postgres, sandbox } = cluster;
			await publishWorkload(cluster, mode, { register });
			const monitor = new Monitor(cluster);
			for (let round = 1; round <= ROUNDS; round++) {
				await startExecutions(cluster, mode, executions, () => `Video ${round}`);
				const timeout = expectedSeconds(mode, all) + RESERVE_SECONDS;
				await monitor.untilFinished(round * executions, timeout);
				const ended = await statuses(postgres);
				const { jobs } = await sandbox.state();
				console.log(`  round ${round}: ${formatStatuses(ended)}; videos paid: ${jobs.length}`);
				await printProblems(cluster);
				const isRight = jobs.length === round && ended.success === round * executions;
				if (!isRight) throw new UserError('Each request must be paid for once.');
				const left = await unfinishedCount(postgres);
				if (left > 0) throw new UserError(`Unfinished executions that nothing waits for: ${left}`);
			}
		},
	);
}
