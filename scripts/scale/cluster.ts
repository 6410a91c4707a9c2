import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../sandbox/client';
import type { PackedNode } from '../lib/pack';
import { anyPort } from '../lib/ports';
import { step } from '../lib/progress.cjs';
import { ServerProcess } from '../lib/serverProcess';
import { installCommunityNode } from '../n8n/community';
import { n8nEnvironment } from '../n8n/environment';
import type { InstalledN8n } from '../n8n/install';
import { N8nInstance } from '../n8n/instance';
import { queueEnvironment } from '../n8n/queue';
import type { Programs } from './debian';
import { Postgres } from './postgres';
import { Redis } from './redis';
import { childOf, treeUsageOf, usageOf, type Usage } from './usage';

const CREDITS = 1_000_000;

export interface Prerequisites {
	n8n: InstalledN8n;
	node: PackedNode;
	programs: Programs;
}

export interface ClusterOptions extends Prerequisites {
	workers: number;
	concurrency: number;
	jobSeconds: number;
	/** Whether Redis keeps the queue across restarts. */
	persistentRedis: boolean;
	/** Minutes between n8n's checks for executions missing from the queue. */
	recoveryMinutes: number;
}

async function startWorker(
	name: string,
	folder: string,
	env: NodeJS.ProcessEnv,
	{ n8n, node, concurrency }: ClusterOptions,
): Promise<ServerProcess> {
	const userFolder = join(folder, name.replace(' ', '-'));
	await mkdir(userFolder);
	await installCommunityNode(userFolder, node);
	const [port, brokerPort, healthPort] = [await anyPort(), await anyPort(), await anyPort()];
	const health = { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(healthPort) };
	const extra = { ...n8n.env, ...env, ...health };
	const worker = new ServerProcess({
		name,
		command: n8n.node,
		args: [n8n.bin, 'worker', `--concurrency=${concurrency}`],
		cwd: userFolder,
		env: n8nEnvironment({ userFolder, port, brokerPort, files: [], extra }),
		logFile: join(userFolder, 'n8n.log'),
		isReady: async () => {
			const response = fetch(`http://127.0.0.1:${healthPort}/healthz/readiness`);
			return await response.then(
				({ ok }) => ok,
				() => false,
			);
		},
	});
	await worker.start();
	return worker;
}

/** An n8n in queue mode with its services and the sandbox, all on this machine. */
export class Cluster {
	private constructor(
		private readonly folder: string,
		readonly sandbox: Sandbox,
		readonly postgres: Postgres,
		readonly redis: Redis,
		/** n8n's main process: editor, webhooks, and the timer for waiting executions. */
		readonly main: N8nInstance,
		readonly workers: readonly ServerProcess[],
	) {}

	/** Starts all processes with empty data in a temporary folder. */
	static async start(options: ClusterOptions): Promise<Cluster> {
		const { n8n, node, programs, jobSeconds, persistentRedis, recoveryMinutes } = options;
		const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-veo-scale-'));
		await chmod(folder, 0o755); // PostgreSQL can run as another user
		process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
		const sandbox = await startSandbox({ jobSeconds, credits: CREDITS });
		const postgres = await Postgres.start(programs.postgres, join(folder, 'postgres'));
		const redis = await Redis.start(programs, join(folder, 'redis'), persistentRedis);
		const encryptionKey = randomBytes(24).toString('hex');
		const env = queueEnvironment({ encryptionKey, postgres, redis, recoveryMinutes });
		// The main process creates the tables that the workers use.
		const main = await N8nInstance.start({ n8n, node, userFolder: join(folder, 'main'), env });
		// the URLs of executions on a worker lead to the main process
		const workerEnv = { ...env, WEBHOOK_URL: `${main.url}/` };
		const names = Array.from({ length: options.workers }, (_, index) => `worker ${index + 1}`);
		const workers = await Promise.all(
			names.map(async (name) => await startWorker(name, folder, workerEnv, options)),
		);
		return new Cluster(folder, sandbox, postgres, redis, main, workers);
	}

	async usage(): Promise<Record<string, Usage>> {
		const main = { name: 'main', supervisorPid: this.main.server.supervisorPid };
		const n8n = [main, ...this.workers].map(async ({ name, supervisorPid }) => {
			return [name, await usageOf(await childOf(supervisorPid))] as const;
		});
		const services = [this.postgres.server, this.redis.server].map(
			async ({ name, supervisorPid }) => {
				return [name, await treeUsageOf(await childOf(supervisorPid))] as const;
			},
		);
		const all = await Promise.all([...n8n, ...services]);
		return Object.fromEntries(all.flatMap(([name, usage]) => (usage ? [[name, usage]] : [])));
	}

	async stop(): Promise<void> {
		await Promise.all([this.main, ...this.workers].map(async (n8n) => await n8n.stop()));
		await Promise.all([this.redis.server.stop(), this.postgres.server.stop()]);
		await this.sandbox.close();
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** Does `work` with a new cluster, as a step. */
export async function withCluster<T>(
	title: string,
	options: ClusterOptions,
	work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
	const { n8n, workers } = options;
	const startTitle = `Starting PostgreSQL, Redis, n8n ${n8n.version} and its workers (${workers})`;
	const run = async () => {
		const cluster = await step(startTitle, async () => await Cluster.start(options));
		try {
			return await work(cluster);
		} finally {
			await cluster.stop();
		}
	};
	return await step(title, run, { quiet: true });
}
