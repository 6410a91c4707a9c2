/** What the processes of one n8n in queue mode share. */
export interface QueueServices {
	/** Encrypts the credentials; every process needs the same. */
	encryptionKey: string;
	/** A PostgreSQL on 127.0.0.1 that asks for no password. */
	postgres: { port: number; user: string; database: string };
	/** A Redis on 127.0.0.1. */
	redis: { port: number };
	/** Minutes between n8n's looks for executions that the queue has lost. */
	recoveryMinutes: number;
}

/** What makes an n8n process, main or worker, a part of that n8n. */
export function queueEnvironment(services: QueueServices): NodeJS.ProcessEnv {
	const { encryptionKey, postgres, redis, recoveryMinutes } = services;
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: encryptionKey,
		N8N_DEFAULT_BINARY_DATA_MODE: 'database', // no disk in common
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_DATABASE: postgres.database,
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: String(recoveryMinutes),
	};
}

/** For a worker: a port on which it tells whether it is ready. */
export function workerEnvironment(healthPort: number): NodeJS.ProcessEnv {
	return {
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(healthPort),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	};
}
