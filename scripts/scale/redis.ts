import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { anyPort } from '../lib/ports';
import { ServerProcess } from '../lib/serverProcess';
import type { Programs } from './debian';

const HOST = '127.0.0.1';
/** Bull, n8n's queue, stores the IDs of the jobs that workers are processing in this list. */
const ACTIVE_JOBS = 'bull:jobs:active';

const runFile = promisify(execFile);

export class Redis {
	readonly server: ServerProcess;

	private constructor(
		private readonly programs: Programs,
		readonly port: number,
		folder: string,
		persistent: boolean,
	) {
		this.server = new ServerProcess({
			name: 'Redis',
			command: programs.redisServer,
			args: [
				...['--bind', HOST, '--port', String(port), '--dir', folder, '--save', ''],
				...['--appendonly', persistent ? 'yes' : 'no'],
			],
			isReady: async () => (await this.send('PING')) === 'PONG',
		});
	}

	/**
	 * @param folder directory for its data; must not exist
	 * @param persistent whether it keeps its data across restarts, in an append-only file
	 */
	static async start(programs: Programs, folder: string, persistent: boolean): Promise<Redis> {
		await mkdir(folder);
		const redis = new Redis(programs, await anyPort(), folder, persistent);
		await redis.server.start();
		return redis;
	}

	/** @returns the response, or undefined while Redis is unavailable */
	private async send(...command: string[]): Promise<string | undefined> {
		const args = ['-h', HOST, '-p', String(this.port), ...command];
		const response = runFile(this.programs.redisCli, args);
		return await response.then(
			({ stdout }) => stdout.trim(),
			() => undefined,
		);
	}

	/** Number of occupied worker slots; undefined while Redis is unavailable. */
	async activeJobs(): Promise<number | undefined> {
		const length = Number(await this.send('LLEN', ACTIVE_JOBS));
		return Number.isNaN(length) ? undefined : length; // "LOADING …" while it reads its file
	}
}
