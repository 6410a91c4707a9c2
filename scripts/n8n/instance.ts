import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../lib/failure';
import type { PackedNode } from '../lib/pack';
import { anyPort } from '../lib/ports';
import { start, type Running } from '../lib/processes';
import { installCommunityNode } from './community';
import { n8nEnvironment } from './environment';
import type { InstalledN8n } from './install';
import { N8nSession } from './session';

/** Database migrations on a first start take most of it. */
const START_LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 250;
/** Of n8n's log, in an error. */
const SHOWN_LOG_LINES = 25;

export interface InstanceOptions {
	n8n: InstalledN8n;
	/** Where it keeps its data; default: a temporary folder, removed by stop(). */
	userFolder?: string;
	/** Default: any free one. */
	port?: number;
	/** Installed as a community node before the start. */
	node?: PackedNode;
	/** Folders that the Read/Write Files from Disk node may use. */
	files?: string[];
	/** More environment variables. */
	env?: NodeJS.ProcessEnv;
}

/** A real n8n on this machine, started and logged in to. */
export class N8nInstance extends N8nSession {
	private constructor(
		url: string,
		private readonly process: Running,
		private readonly temporaryFolder: string | undefined,
	) {
		super(url);
	}

	/** Starts n8n, waits until it answers and logs in. @throws Failure with the end of its log */
	static async start(options: InstanceOptions): Promise<N8nInstance> {
		const { n8n, node, files = [], env = {} } = options;
		const temporary = options.userFolder
			? undefined
			: await mkdtemp(join(tmpdir(), 'n8n-nodes-veo-'));
		const userFolder = options.userFolder ?? temporary ?? tmpdir();
		if (temporary) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
		await mkdir(userFolder, { recursive: true });
		if (node) await installCommunityNode(userFolder, node);
		const port = options.port ?? (await anyPort());
		const brokerPort = await anyPort();
		const process_ = start(n8n.node, [n8n.bin, 'start'], {
			cwd: userFolder,
			env: n8nEnvironment({ userFolder, port, brokerPort, files, extra: { ...n8n.env, ...env } }),
			logFile: join(userFolder, 'n8n.log'),
		});
		const instance = new N8nInstance(`http://127.0.0.1:${port}`, process_, temporary);
		try {
			await instance.untilUp();
			await instance.logIn();
			return instance;
		} catch (error) {
			await instance.stop();
			throw error;
		}
	}

	private async untilUp(): Promise<void> {
		const deadlineMs = Date.now() + START_LIMIT_MS;
		let ended: number | undefined;
		void this.process.exited.then((code) => (ended = code));
		while (!(await this.isUp())) {
			if (ended !== undefined) {
				throw new Failure(`n8n ended while starting (code ${ended}). Its last lines:`, this.log());
			}
			if (Date.now() > deadlineMs) {
				const limit = `${START_LIMIT_MS / 1000} s`;
				throw new Failure(`n8n did not answer within ${limit}. Its last lines:`, this.log());
			}
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** Of the guardian that n8n runs under. */
	get guardianPid(): number | undefined {
		return this.process.pid;
	}

	/** The end of what n8n has printed. */
	log(): string {
		return this.process.output().trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
	}

	/** Settles with its exit code when n8n has ended, by itself or by stop(). */
	async ended(): Promise<number> {
		return await this.process.exited;
	}

	/** Ends n8n as a crash would: by `kill -9`. Its user folder stays. */
	async kill(): Promise<void> {
		await this.process.kill();
	}

	/** Ends n8n and its task runner; a temporary user folder goes too. */
	async stop(): Promise<void> {
		await this.process.stop();
		if (this.temporaryFolder) await rm(this.temporaryFolder, { recursive: true, force: true });
	}
}
