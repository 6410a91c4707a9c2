import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from '../lib/processes';
import { anyPort } from '../lib/ports';
import { isRoot } from './debian';
import { Service } from './service';

const HOST = '127.0.0.1';
const USER = 'n8n';
const DATABASE = 'postgres'; // there from the start
/** PostgreSQL refuses to run as root; Debian's package brings this user along. */
const UNPRIVILEGED = 'postgres';

const runFile = promisify(execFile);

/** The user and group ids of the unprivileged user. */
async function unprivileged(): Promise<{ uid: number; gid: number }> {
	const id = async (flag: string) => Number((await run('id', [flag, UNPRIVILEGED])).trim());
	return { uid: await id('-u'), gid: await id('-g') };
}

/** A PostgreSQL of our own, on this machine only, without a password. */
export class Postgres {
	private constructor(
		readonly service: Service,
		readonly port: number,
		private readonly psql: string,
	) {}

	readonly user = USER;
	readonly database = DATABASE;

	/**
	 * @param programs folder of PostgreSQL's programs
	 * @param folder for its data; is made
	 */
	static async start(programs: string, folder: string): Promise<Postgres> {
		await mkdir(folder);
		const prefix = isRoot()
			? ['setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--init-groups', '--']
			: ['env'];
		if (isRoot()) {
			const { uid, gid } = await unprivileged();
			await chown(folder, uid, gid);
		}
		const [command = 'env', ...before] = prefix;
		const program = (name: string) => join(programs, name);
		const data = join(folder, 'data');
		await run(
			command,
			[
				...before,
				program('initdb'),
				...['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'],
			],
			{ cwd: folder },
		);
		const port = await anyPort();
		const settings = {
			listen_addresses: HOST,
			port: String(port),
			unix_socket_directories: '', // tcp only
			dynamic_shared_memory_type: 'mmap', // in the data folder: goes with it
		};
		const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
		const service: Service = new Service({
			name: 'PostgreSQL',
			command,
			args: [...before, program('postgres'), '-D', data, ...flags],
			cwd: folder,
			isReady: async () => {
				const probe = runFile(program('pg_isready'), ['-q', '-h', HOST, '-p', String(port)]);
				return await probe.then(
					() => true,
					() => false,
				);
			},
		});
		await service.start();
		return new Postgres(service, port, program('psql'));
	}

	/** @returns the first column of the first row, e.g. JSON text @throws Error with psql's words */
	async query(sql: string): Promise<string> {
		const where = ['-h', HOST, '-p', String(this.port), '-U', USER, '-d', DATABASE];
		const { stdout } = await runFile(this.psql, [...where, '-XAtq', '-c', sql]);
		return stdout.trim();
	}
}
