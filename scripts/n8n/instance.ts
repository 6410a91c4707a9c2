import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackedNode } from '../lib/pack';
import { anyPort, onAnyPorts } from '../lib/ports';
import { ServerProcess } from '../lib/serverProcess';
import { installCommunityNode } from './community';
import { n8nEnvironment } from './environment';
import type { InstalledN8n } from './install';
import { copyMigratedFolder } from './migratedFolder';
import { N8nSession } from './session';

export interface InstanceOptions {
	n8n: InstalledN8n;
	/** Directory for n8n's data; default: a temporary one that stop() removes. */
	userFolder?: string;
	port?: number;
	/** Installed as a community node before n8n starts. */
	node?: PackedNode;
	/** Folders that the Read/Write Files from Disk node can access. */
	files?: string[];
	env?: NodeJS.ProcessEnv;
	/** Whether this process can end while n8n runs, which then ends n8n. */
	unref?: boolean;
}

/** The process of an n8n, which can be stopped, killed and started again. */
export type N8nServer = Pick<
	ServerProcess,
	'start' | 'stop' | 'kill' | 'log' | 'exited' | 'supervisorPid'
>;

/** An n8n, its process, and the login cookie of its owner. */
export type RunningN8n = Pick<N8nInstance, 'url' | 'cookie' | 'server'>;

/** A real n8n on this machine, with its owner logged in. */
export class N8nInstance extends N8nSession {
	private constructor(
		url: string,
		readonly server: N8nServer,
		private readonly temporaryFolder?: string,
		cookie?: string,
	) {
		super(url, cookie);
	}

	/** Connects to an n8n that another part of the program started. */
	static connect({ url, cookie, server }: RunningN8n): N8nInstance {
		return new N8nInstance(url, server, undefined, cookie);
	}

	/** Starts n8n and logs in. @throws UserError with the last lines of n8n's log */
	static async start(options: InstanceOptions): Promise<N8nInstance> {
		const { n8n, node } = options;
		const temporary = options.userFolder ? undefined : await mkdtemp(join(tmpdir(), 'veo-n8n-'));
		const userFolder = options.userFolder ?? temporary ?? tmpdir();
		if (temporary) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
		await mkdir(userFolder, { recursive: true });
		if (temporary) await copyMigratedFolder(n8n, temporary);
		if (node) await installCommunityNode(userFolder, node);
		const begin = async () => {
			const instance = await N8nInstance.create(options, userFolder, temporary);
			try {
				await instance.restart();
				return instance;
			} catch (error) {
				await instance.server.stop();
				throw error;
			}
		};
		try {
			return await onAnyPorts(begin, options.port);
		} catch (error) {
			if (temporary) await rm(temporary, { recursive: true, force: true });
			throw error;
		}
	}

	/** With free ports. It doesn't run yet. */
	private static async create(
		{ n8n, port: fixedPort, files = [], env, unref }: InstanceOptions,
		userFolder: string,
		temporary?: string,
	): Promise<N8nInstance> {
		const [port, brokerPort] = [fixedPort ?? (await anyPort()), await anyPort()];
		const extra = { ...n8n.env, ...env };
		const server: ServerProcess = new ServerProcess({
			name: 'n8n',
			command: n8n.node,
			args: [n8n.bin, 'start'],
			cwd: userFolder,
			env: n8nEnvironment({ userFolder, port, brokerPort, files, extra }),
			logFile: join(userFolder, 'n8n.log'),
			unref,
			isReady: async (): Promise<boolean> => await instance.isUp(),
		});
		const instance: N8nInstance = new N8nInstance(`http://127.0.0.1:${port}`, server, temporary);
		return instance;
	}

	/** Starts n8n with the same data and port after it exited. */
	async restart(): Promise<void> {
		await this.server.start();
		await this.logIn();
	}

	log(): string {
		return this.server.log();
	}

	/** Stops n8n and its task runner, and removes a temporary user folder. */
	async stop(): Promise<void> {
		await this.server.stop();
		if (this.temporaryFolder) await rm(this.temporaryFolder, { recursive: true, force: true });
	}
}
