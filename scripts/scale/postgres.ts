import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRoot } from '../lib/apt';
import { anyPort } from '../lib/ports';
import { run } from '../lib/processes';
import { ServerProcess } from '../lib/serverProcess';

const HOST = '127.0.0.1';
const USER = 'n8n';
const DATABASE = 'postgres'; // exists by default
/** PostgreSQL refuses to run as root. Debian's package creates this user. */
const UNPRIVILEGED = 'postgres';
const AS_UNPRIVILEGED = [
	...['setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`],
	...['--init-groups', '--'],
];

const runFile = promisify(execFile);

/** A PostgreSQL with its own data, on this machine only, without a password. */
export class Postgres {
	readonly user = USER;
	readonly database = DATABASE;

	private constructor(
		readonly server: ServerProcess,
		readonly port: number,
		private readonly psql: string,
	) {}

	/**
	 * @param programs directory of PostgreSQL's programs
	 * @param folder directory for its data; must not exist
	 */
	static async start(programs: string, folder: string): Promise<Postgres> {
		await mkdir(folder);
		const idOf = async (flag: string) => Number((await run('id', [flag, UNPRIVILEGED])).trim());
		if (isRoot()) await chown(folder, await idOf('-u'), await idOf('-g'));
		const [command = 'env', ...prefix] = isRoot() ? AS_UNPRIVILEGED : ['env'];
		const program = (name: string) => join(programs, name);
		const data = join(folder, 'data');
		const init = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
		await run(command, [...prefix, program('initdb'), ...init], { cwd: folder });
		const port = await anyPort();
		const settings = {
			listen_addresses: HOST,
			port: String(port),
			unix_socket_directories: '', // TCP only
			dynamic_shared_memory_type: 'mmap', // in the data directory, removed with it
		};
		const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
		const server = new ServerProcess({
			name: 'PostgreSQL',
			command,
			args: [...prefix, program('postgres'), '-D', data, ...flags],
			cwd: folder,
			isReady: async () => {
				const check = runFile(program('pg_isready'), ['-q', '-h', HOST, '-p', String(port)]);
				return await check.then(Boolean, () => false);
			},
		});
		await server.start();
		return new Postgres(server, port, program('psql'));
	}

	/** @returns the first column of the first row, e.g. JSON text @throws Error with psql's message */
	async query(sql: string): Promise<string> {
		const address = ['-h', HOST, '-p', String(this.port), '-U', USER, '-d', DATABASE];
		const { stdout } = await runFile(this.psql, [...address, '-XAtq', '-c', sql]);
		return stdout.trim();
	}
}
