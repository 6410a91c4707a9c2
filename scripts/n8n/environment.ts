import { join } from 'node:path';
import { cacheFolder } from '../lib/paths';

/** Variables that could affect this n8n, e.g. connect it to the developer's own database. */
const EXCLUDED =
	/^(N8N|VEO|DB|QUEUE|EXECUTIONS|WORKFLOWS|CREDENTIALS|NODES|NODE_FUNCTION|EXTERNAL|GENERIC|OFFLOAD|WEBHOOK|VUE|NODE_ENV$|NODE_OPTIONS$)/;

/** Settings of every n8n started here: only this machine, plain HTTP, no telemetry. */
const FIXED = {
	NODE_ENV: 'production',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_SECURE_COOKIE: 'false',
	N8N_RUNNERS_ENABLED: 'true', // required by n8n 1.x
	N8N_NATIVE_PYTHON_RUNNER: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
	N8N_REINSTALL_MISSING_PACKAGES: 'false',
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
	N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false', // n8n downloads their list from its server
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	DB_SQLITE_POOL_SIZE: '4',
};

export interface EnvironmentOptions {
	userFolder: string;
	port: number;
	/** Port of n8n's task runner broker. */
	brokerPort: number;
	/** Folders that the file nodes can access. */
	files: string[];
	extra: NodeJS.ProcessEnv;
}

export function n8nEnvironment(options: EnvironmentOptions): NodeJS.ProcessEnv {
	const { userFolder, port, brokerPort, files, extra } = options;
	const inherited = Object.entries(process.env).filter(([name]) => !EXCLUDED.test(name));
	const url = `http://127.0.0.1:${port}/`;
	return {
		...Object.fromEntries(inherited),
		...FIXED,
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: url,
		WEBHOOK_URL: url,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_RESTRICT_FILE_ACCESS_TO: files.join(';'),
		NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled'), // saves a tenth of n8n's start
		...extra,
	};
}
