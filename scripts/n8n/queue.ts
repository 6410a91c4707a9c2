export interface QueueOptions {
	/** Key for the credentials, the same in all processes. */
	encryptionKey: string;
	postgres: { port: number; user: string; database: string };
	redis: { port: number };
	/** Minutes between n8n's checks for executions missing from the queue. */
	recoveryMinutes: number;
}

/** The environment of an n8n process in queue mode, main or worker. */
export function queueEnvironment(options: QueueOptions): NodeJS.ProcessEnv {
	const { encryptionKey, postgres, redis, recoveryMinutes } = options;
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: encryptionKey,
		N8N_DEFAULT_BINARY_DATA_MODE: 'database', // the processes share no disk
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_DATABASE: postgres.database,
		DB_POSTGRESDB_POOL_SIZE: '10', // with n8n's 2, many executions that resume at once time out
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: String(recoveryMinutes),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	};
}
