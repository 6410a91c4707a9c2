import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../sandbox/client';
import type { PackedNode } from '../lib/pack';
import { anyPort } from '../lib/ports';
import { step } from '../lib/progress.cjs';
import { installCommunityNode } from '../n8n/community';
import { n8nEnvironment } from '../n8n/environment';
import type { InstalledN8n } from '../n8n/install';
import { N8nInstance, type InstanceOptions } from '../n8n/instance';
import { queueEnvironment, workerEnvironment } from '../n8n/queue';
import type { Programs } from './debian';
import { Postgres } from './postgres';
import { childOf, familyUsageOf, usageOf, type Usage } from './proc';
import { Redis } from './redis';
import { Service } from './service';

/** More than any run orders. */
const CREDITS = 1_000_000;

export type Gauge = () => Promise<Usage | undefined>;

export interface Ingredients {
	n8n: InstalledN8n;
	node: PackedNode;
	programs: Programs;
}

export interface ClusterOptions extends Ingredients {
	workers: number;
	concurrency: number;
	jobSeconds: number;
	/** Whether Redis remembers its queue over a restart. */
	persistentRedis: boolean;
	/** Minutes between n8n's looks for executions that the queue has lost. */
	recoveryMinutes: number;
}

async function startWorker(
	name: string,
	userFolder: string,
	env: NodeJS.ProcessEnv,
	{ n8n, node, concurrency }: ClusterOptions,
): Promise<Service> {
	await mkdir(userFolder);
	await installCommunityNode(userFolder, node);
	const [port, brokerPort, healthPort] = [await anyPort(), await anyPort(), await anyPort()];
	const extra = { ...n8n.env, ...env, ...workerEnvironment(healthPort) };
	const service = new Service({
		name,
		command: n8n.node,
		args: [n8n.bin, 'worker', `--concurrency=${concurrency}`],
		cwd: userFolder,
		env: n8nEnvironment({ userFolder, port, brokerPort, files: [], extra }),
		logFile: join(userFolder, 'n8n.log'),
		isReady: async () => {
			const answer = fetch(`http://127.0.0.1:${healthPort}/healthz/readiness`);
			return await answer.then(
				({ ok }) => ok,
				() => false,
			);
		},
	});
	await service.start();
	return service;
}

/** An n8n in queue mode with all that it needs, and the sandbox beside it; all of it on this machine. */
export class Cluster {
	private constructor(
		readonly folder: string,
		readonly sandbox: Sandbox,
		readonly postgres: Postgres,
		readonly redis: Redis,
		private mainInstance: N8nInstance,
		private readonly mainOptions: InstanceOptions,
		readonly workers: readonly Service[],
	) {}

	/** Starts everything anew, in a temporary folder. */
	static async start(options: ClusterOptions): Promise<Cluster> {
		const { n8n, node, programs, jobSeconds, persistentRedis, recoveryMinutes } = options;
		const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-veo-scale-'));
		await chmod(folder, 0o755); // PostgreSQL may run as another user
		process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
		const sandbox = await startSandbox({ jobSeconds, credits: CREDITS });
		const postgres = await Postgres.start(programs.postgres, join(folder, 'postgres'));
		const redis = await Redis.start(programs, join(folder, 'redis'), persistentRedis);
		const encryptionKey = randomBytes(24).toString('hex');
		const env = queueEnvironment({ encryptionKey, postgres, redis, recoveryMinutes });
		const userFolder = join(folder, 'main');
		const mainOptions = { n8n, node, userFolder, env, port: await anyPort() };
		const main = await N8nInstance.start(mainOptions); // makes the tables
		const numbers = Array.from({ length: options.workers }, (_, index) => index + 1);
		const workers = await Promise.all(
			numbers.map(async (number) => {
				const name = `worker ${number}`;
				return await startWorker(name, join(folder, name.replace(' ', '-')), env, options);
			}),
		);
		return new Cluster(folder, sandbox, postgres, redis, main, mainOptions, workers);
	}

	/** n8n's main process: editor, webhooks, and the clock of waiting executions. */
	get main(): N8nInstance {
		return this.mainInstance;
	}

	/** By process name: tells what the one that runs now takes, undefined once it is gone. */
	async gauges(): Promise<Map<string, Gauge>> {
		const main = await childOf(this.main.guardianPid);
		const gauges = new Map<string, Gauge>([['main', async () => await usageOf(main)]]);
		for (const [index, worker] of this.workers.entries()) {
			const pid = await worker.pid();
			gauges.set(`worker ${index + 1}`, async () => await usageOf(pid));
		}
		for (const service of [this.postgres.service, this.redis.service]) {
			const pid = await service.pid();
			gauges.set(service.name, async () => await familyUsageOf(pid));
		}
		return gauges;
	}

	/** Starts the main process again, after it was killed. */
	async restartMain(): Promise<void> {
		this.mainInstance = await N8nInstance.start(this.mainOptions);
	}

	/** Ends everything and removes its data. */
	async stop(): Promise<void> {
		await Promise.all([this.main, ...this.workers].map(async (n8n) => await n8n.stop()));
		await Promise.all([this.redis.service.stop(), this.postgres.service.stop()]);
		await this.sandbox.close();
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** Does `work` on a cluster of its own. */
export async function withCluster<T>(
	options: ClusterOptions,
	work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
	const { n8n, workers } = options;
	const title = `Starting PostgreSQL, Redis, n8n ${n8n.version} and ${workers} workers`;
	const cluster = await step(title, async () => await Cluster.start(options));
	try {
		return await work(cluster);
	} finally {
		await cluster.stop();
	}
}
