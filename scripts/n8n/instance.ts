import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackedNode } from '../lib/pack';
import { anyPort } from '../lib/ports';
import { ServerProcess } from '../lib/serverProcess';
import { installCommunityNode } from './community';
import { n8nEnvironment } from './environment';
import type { InstalledN8n } from './install';
import { N8nSession } from './session';

export interface InstanceOptions {
	n8n: InstalledN8n;
	/** Directory for n8n's data; default: a temporary one that stop() removes. */
	userFolder?: string;
	/** Default: any free port. */
	port?: number;
	/** Installed as a community node before n8n starts. */
	node?: PackedNode;
	/** Folders that the Read/Write Files from Disk node can access. */
	files?: string[];
	/** Additional environment variables. */
	env?: NodeJS.ProcessEnv;
}

/** A real n8n on this machine, with its owner logged in. */
export class N8nInstance extends N8nSession {
	readonly server: ServerProcess;

	private constructor(
		options: InstanceOptions,
		userFolder: string,
		{ port, brokerPort }: { port: number; brokerPort: number },
		private readonly temporaryFolder?: string,
	) {
		super(`http://127.0.0.1:${port}`);
		const { n8n, files = [], env } = options;
		const extra = { ...n8n.env, ...env };
		this.server = new ServerProcess({
			name: 'n8n',
			command: n8n.node,
			args: [n8n.bin, 'start'],
			cwd: userFolder,
			env: n8nEnvironment({ userFolder, port, brokerPort, files, extra }),
			logFile: join(userFolder, 'n8n.log'),
			isReady: async () => await this.isUp(),
		});
	}

	/** Starts n8n and logs in. @throws UserError with the last lines of n8n's log */
	static async start(options: InstanceOptions): Promise<N8nInstance> {
		const { node, port = await anyPort() } = options;
		const temporary = options.userFolder ? undefined : await mkdtemp(join(tmpdir(), 'veo-n8n-'));
		const userFolder = options.userFolder ?? temporary ?? tmpdir();
		if (temporary) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
		await mkdir(userFolder, { recursive: true });
		if (node) await installCommunityNode(userFolder, node);
		const ports = { port, brokerPort: await anyPort() };
		const instance = new N8nInstance(options, userFolder, ports, temporary);
		try {
			await instance.restart();
			return instance;
		} catch (error) {
			await instance.stop();
			throw error;
		}
	}

	/** Starts n8n with the same data and port after it exited. */
	async restart(): Promise<void> {
		await this.server.start();
		await this.logIn();
	}

	/** The last lines of n8n's log. */
	log(): string {
		return this.server.log();
	}

	/** Resolves to n8n's exit code. */
	async exited(): Promise<number | undefined> {
		return await this.server.exited();
	}

	/** Kills n8n with `kill -9`, like a crash. Keeps its data. */
	async kill(): Promise<void> {
		await this.server.kill();
	}

	/** Stops n8n and its task runner, and removes a temporary user folder. */
	async stop(): Promise<void> {
		await this.server.stop();
		if (this.temporaryFolder) await rm(this.temporaryFolder, { recursive: true, force: true });
	}
}
