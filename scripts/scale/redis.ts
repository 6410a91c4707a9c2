import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { anyPort } from '../lib/ports';
import type { Programs } from './debian';
import { Service } from './service';

const HOST = '127.0.0.1';
/** What Bull, n8n's queue, keeps: ids of jobs at work, and of those that wait for a worker. */
const LISTS = ['bull:jobs:active', 'bull:jobs:wait'] as const;

const runFile = promisify(execFile);

/** Jobs in n8n's queue. */
export interface QueueLengths {
	/** Each holds a slot of a worker. */
	active: number;
	waiting: number;
}

/** A Redis of our own, on this machine only. */
export class Redis {
	readonly service: Service;

	private constructor(
		private readonly programs: Programs,
		readonly port: number,
		folder: string,
		persistent: boolean,
	) {
		this.service = new Service({
			name: 'Redis',
			command: programs.redisServer,
			args: [
				...['--bind', HOST, '--port', String(port), '--dir', folder, '--save', ''],
				...['--appendonly', persistent ? 'yes' : 'no'],
			],
			isReady: async () => (await this.ask('PING')) === 'PONG',
		});
	}

	/**
	 * @param folder for its data; is made
	 * @param persistent whether it keeps an append-only file, and so remembers over a restart
	 */
	static async start(programs: Programs, folder: string, persistent: boolean): Promise<Redis> {
		await mkdir(folder);
		const redis = new Redis(programs, await anyPort(), folder, persistent);
		await redis.service.start();
		return redis;
	}

	/** undefined while it does not answer. */
	private async ask(...words: string[]): Promise<string | undefined> {
		const args = ['-h', HOST, '-p', String(this.port), ...words];
		const answer = runFile(this.programs.redisCli, args);
		return await answer.then(
			({ stdout }) => stdout.trim(),
			() => undefined,
		);
	}

	/** undefined while Redis does not answer. */
	async queueLengths(): Promise<QueueLengths | undefined> {
		const [active, waiting] = await Promise.all(
			LISTS.map(async (list) => Number(await this.ask('LLEN', list))),
		);
		// "LOADING …" while it reads its file
		if (active === undefined || waiting === undefined) return undefined;
		return Number.isNaN(active + waiting) ? undefined : { active, waiting };
	}
}
