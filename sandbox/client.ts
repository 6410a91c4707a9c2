import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import axios, { type AxiosInstance, isAxiosError } from 'axios';

import type {
	FaultOrder,
	JournalEntry,
	NewJob,
	SandboxOptions,
	SandboxState,
	Settings,
} from './types';

export type * from './types';

const ROOT = join(__dirname, '..');
const START_TIMEOUT_MS = 30_000;

/** A running sandbox, seen from a test: where it is, and its control plane. */
export interface Sandbox {
	/** For example `http://127.0.0.1:40123`. */
	readonly origin: string;
	/** The API's base URL: the origin and `/api`. */
	readonly baseUrl: string;
	/** A key that is accepted. */
	readonly key: string;
	/** The process, if this client started it. */
	readonly pid: number | undefined;
	/** The requests that came, in order; with a filter those that have all of its values. */
	journal(filter?: Partial<JournalEntry>): Promise<JournalEntry[]>;
	clearJournal(): Promise<void>;
	/** Queues faults; see {@link FaultOrder}. */
	fault(...orders: FaultOrder[]): Promise<void>;
	clearFaults(): Promise<void>;
	/** The faults that no request has met yet. */
	faultsLeft(): Promise<FaultOrder[]>;
	state(): Promise<SandboxState>;
	/** Changes the settings given, leaves the others, and returns them all. */
	settings(patch: Partial<Settings>): Promise<Settings>;
	/** Makes a job without the API and without credits; returns its uuid. */
	createJob(job?: NewJob): Promise<string>;
	/** Journal, faults, jobs, uploads, credits and settings back to how it started. */
	reset(): Promise<void>;
	/** Ends the sandbox if this client started it. Harmless when called twice. */
	close(): Promise<void>;
}

/**
 * Starts a sandbox as a process of its own, on a free port unless told, and waits until it listens.
 * @param env - the environment of that process
 * @throws Error with what the sandbox printed, if it does not start
 */
export async function startSandbox(
	options: Partial<SandboxOptions> = {},
	env: NodeJS.ProcessEnv = process.env,
): Promise<Sandbox> {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', join(__dirname, 'main.ts'), ...argumentsOf(options)],
		{ cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
	);
	const origin = await listeningOrigin(child);
	return sandboxAt(origin, options.keys?.[0], child);
}

/** Uses a sandbox that is running already, such as one started by hand. */
export const connectSandbox = (origin: string, key?: string): Sandbox => sandboxAt(origin, key);

function argumentsOf(options: Partial<SandboxOptions>): string[] {
	const { keys = [], quiet = true, port = 0, ...rest } = options;
	const values: Array<[string, string | number | null | undefined]> = [
		['--port', port],
		['--host', rest.host],
		['--credits', rest.credits],
		['--job-seconds', rest.jobSeconds],
		['--error-style', rest.errorStyle],
		['--requests-per-minute', rest.requestsPerMinute],
		['--public-url', rest.publicUrl],
		['--callback-url', rest.callbackUrl],
	];
	return [
		...(quiet ? ['--quiet'] : []),
		...keys.flatMap((key) => ['--key', key]),
		...values.flatMap(([name, value]) => (value == null ? [] : [name, String(value)])),
	];
}

async function listeningOrigin(child: ChildProcess): Promise<string> {
	let output = '';
	return await new Promise<string>((resolve, reject) => {
		const fail = (problem: string) => {
			clearTimeout(timer);
			child.kill('SIGKILL');
			reject(new Error(`The sandbox did not start: ${problem}\n${output}`.trim()));
		};
		const timer = setTimeout(() => fail('it took too long'), START_TIMEOUT_MS);
		const onOutput = (chunk: Buffer) => {
			output += chunk.toString();
			const [, origin] = /listening on (\S+)\/api/.exec(output) ?? [];
			if (origin === undefined) return;
			clearTimeout(timer);
			child.removeAllListeners('exit');
			child.stdout?.off('data', onOutput).resume();
			child.stderr?.off('data', onOutput).resume();
			resolve(origin);
		};
		child.stdout?.on('data', onOutput);
		child.stderr?.on('data', onOutput);
		child.once('error', (error) => fail(error.message));
		child.once('exit', (code) => fail(`it ended with code ${code}`));
	});
}

function sandboxAt(origin: string, key = 'sandbox-key', child?: ChildProcess): Sandbox {
	const control = axios.create({ baseURL: `${origin}/__sandbox`, proxy: false });
	control.interceptors.response.use(undefined, explainRefusal);
	const journal = async () => await get<{ requests: JournalEntry[] }>(control, '/journal');
	return {
		origin,
		baseUrl: `${origin}/api`,
		key,
		pid: child?.pid,
		journal: async (filter = {}) => {
			const wanted = Object.entries(filter);
			const { requests } = await journal();
			return requests.filter((entry) => {
				const values = new Map<string, unknown>(Object.entries(entry));
				return wanted.every(([name, value]) => values.get(name) === value);
			});
		},
		clearJournal: async () => void (await control.delete('/journal')),
		fault: async (...orders) => void (await control.post('/faults', orders)),
		clearFaults: async () => void (await control.delete('/faults')),
		faultsLeft: async () => (await get<{ faults: FaultOrder[] }>(control, '/faults')).faults,
		state: async () => await get<SandboxState>(control, '/state'),
		settings: async (patch) =>
			(await control.patch<{ settings: Settings }>('/settings', patch)).data.settings,
		createJob: async (job = {}) => (await control.post<{ uuid: string }>('/jobs', job)).data.uuid,
		reset: async () => void (await control.post('/reset')),
		close: async () => await end(child),
	};
}

const get = async <Answer>(control: AxiosInstance, path: string): Promise<Answer> =>
	(await control.get<Answer>(path)).data;

/** A misspelt fault or setting should say so in the test that made it. */
function explainRefusal(error: unknown): never {
	if (!isAxiosError(error) || error.response === undefined) throw error;
	const { config, response } = error;
	throw new Error(
		`The sandbox refused ${config?.method} ${config?.url}: ${JSON.stringify(response.data)}`,
	);
}

async function end(child: ChildProcess | undefined): Promise<void> {
	if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	await ended;
}
