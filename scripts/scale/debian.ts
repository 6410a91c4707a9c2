import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { aptInstall } from '../lib/apt';
import { messageOf, UserError } from '../lib/userError';

/** Debian installs each PostgreSQL into /usr/lib/postgresql/<version>/bin. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const PACKAGES = ['postgresql', 'redis-server'];

export interface Programs {
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

/**
 * Finds the programs of PostgreSQL and Redis. Installs missing ones from Debian's packages.
 * @throws UserError if they can't be installed
 */
export async function ensurePrograms(): Promise<Programs> {
	const present = await findPrograms();
	if (present) return present;
	const hint = `Install ${PACKAGES.join(' and ')} (Debian or Ubuntu, as root), then run the same command again.`;
	try {
		await aptInstall(PACKAGES, ['--no-install-recommends']);
	} catch (error) {
		throw new UserError(`Couldn't install PostgreSQL and Redis: ${messageOf(error)}`, hint);
	}
	const installed = await findPrograms();
	if (installed) return installed;
	const expected = `${POSTGRES_VERSIONS}/<version>/bin/initdb, redis-server and redis-cli`;
	throw new UserError(`Some programs are still missing. Expected: ${expected}.`, hint);
}
