import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure, messageOf } from '../lib/failure';
import { run } from '../lib/processes';
import { step } from '../lib/progress.cjs';

/** Debian puts each PostgreSQL's programs into /usr/lib/postgresql/<version>/bin. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
/** Another apt-get may be at work. */
const APT = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
const PACKAGES = ['postgresql', 'redis-server'];

export interface Programs {
	/** Folder of initdb, postgres and psql. */
	postgres: string;
	redisServer: string;
	redisCli: string;
}

async function postgresFolder(): Promise<string | undefined> {
	const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
	return versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(POSTGRES_VERSIONS, version, 'bin'))
		.find((folder) => existsSync(join(folder, 'initdb')));
}

function onPath(name: string): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

async function findPrograms(): Promise<Programs | undefined> {
	const postgres = await postgresFolder();
	const redisServer = onPath('redis-server');
	const redisCli = onPath('redis-cli');
	return postgres && redisServer && redisCli ? { postgres, redisServer, redisCli } : undefined;
}

/** Whether this process is the superuser. */
export const isRoot = () => process.getuid?.() === 0;

async function aptGet(args: string[]): Promise<void> {
	const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...APT, ...args];
	if (isRoot()) await run('env', command.slice(1));
	else await run('sudo', ['-n', ...command]);
}

/**
 * The programs of PostgreSQL and Redis, installed from Debian's packages if they are missing.
 * @throws Failure where that is not possible
 */
export async function ensurePrograms(): Promise<Programs> {
	const present = await findPrograms();
	if (present) return present;
	try {
		await step(`Installing ${PACKAGES.join(' and ')} (apt-get)`, async () => {
			await aptGet(['update']);
			await aptGet(['install', '--yes', '--no-install-recommends', ...PACKAGES]);
		});
	} catch (error) {
		throw new Failure(
			`PostgreSQL and Redis are not installed, and apt-get could not install them: ${messageOf(error)}`,
			`Install ${PACKAGES.join(' and ')} (on Debian or Ubuntu, as root), then run the same command again.`,
		);
	}
	const installed = await findPrograms();
	if (installed) return installed;
	throw new Failure(
		`${PACKAGES.join(' and ')} were installed, but not all their programs are found.`,
		`Wanted: ${POSTGRES_VERSIONS}/<version>/bin/initdb, and redis-server and redis-cli on the PATH.`,
	);
}
