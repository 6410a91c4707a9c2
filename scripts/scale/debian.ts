import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../lib/processes';
import { step } from '../lib/progress.cjs';
import { messageOf, UserError } from '../lib/userError';

/** Debian installs each PostgreSQL into /usr/lib/postgresql/<version>/bin. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const PACKAGES = ['postgresql', 'redis-server'];
/** Waits for other apt-get processes. */
const APT = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];

export interface Programs {
	/** Directory of initdb, postgres and psql. */
	postgres: string;
	redisServer: string;
	redisCli: string;
}

function findOnPath(name: string): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

async function findPrograms(): Promise<Programs | undefined> {
	const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
	const postgres = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(POSTGRES_VERSIONS, version, 'bin'))
		.find((folder) => existsSync(join(folder, 'initdb')));
	const redisServer = findOnPath('redis-server');
	const redisCli = findOnPath('redis-cli');
	return postgres && redisServer && redisCli ? { postgres, redisServer, redisCli } : undefined;
}

/** Whether this process runs as root. */
export const isRoot = () => process.getuid?.() === 0;

async function aptGet(args: string[]): Promise<void> {
	const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...APT, ...args];
	if (isRoot()) await run('env', command.slice(1));
	else await run('sudo', ['-n', ...command]);
}

/**
 * Finds the programs of PostgreSQL and Redis. Installs missing ones from Debian's packages.
 * @throws UserError if they can't be installed
 */
export async function ensurePrograms(): Promise<Programs> {
	const present = await findPrograms();
	if (present) return present;
	const packages = PACKAGES.join(' and ');
	try {
		await step(`Installing ${packages} (apt-get)`, async () => {
			await aptGet(['update']);
			await aptGet(['install', '--yes', '--no-install-recommends', ...PACKAGES]);
		});
	} catch (error) {
		throw new UserError(
			`apt-get couldn't install PostgreSQL and Redis: ${messageOf(error)}`,
			`Install ${packages} (Debian or Ubuntu, as root), then run the same command again.`,
		);
	}
	const installed = await findPrograms();
	if (installed) return installed;
	throw new UserError(
		`${packages} were installed, but some of their programs are missing.`,
		`Expected ${POSTGRES_VERSIONS}/<version>/bin/initdb, and redis-server and redis-cli on the PATH.`,
	);
}
