import axios, { type AxiosInstance, isAxiosError } from 'axios';

import type { NewJob, Settings, SettingsPatch } from './controlContract';
import type { ClockState } from './clock';
import type { CallbackAttempt, JournalEntry, State } from './controlResponses';
import type { FaultRule } from './faultContract';
import type { SandboxOptions } from './options';
import { type ServerProcess, startServer, toArguments } from './serverProcess';
import type { Snapshot } from './snapshot';

export { startProxy, type Proxy } from './proxy/client';
// Types only: a test must not load the server.
export type * from './clock';
export type * from './controlContract';
export type * from './controlResponses';
export type * from './faultContract';
export type { Snapshot } from './snapshot';
export type { SandboxOptions } from './options';
export type { CountedDifference, Difference, DifferenceReport } from './proxy/differences';

/** A running sandbox: its URLs and its control API. */
export interface Sandbox {
	/** For example `http://127.0.0.1:40123`. */
	readonly origin: string;
	/** Base URL of the API: the origin and `/api`. */
	readonly baseUrl: string;
	/** A valid key. */
	readonly key: string;
	/** ID of the process, if this client started it. */
	readonly pid: number | undefined;
	/** All requests in the order of arrival, or only those that match the filter. */
	journal(filter?: Partial<JournalEntry>): Promise<JournalEntry[]>;
	clearJournal(): Promise<void>;
	/** Injects faults: see {@link FaultRule}. */
	fault(...rules: FaultRule[]): Promise<void>;
	clearFaults(): Promise<void>;
	/** The rules that still have requests to affect. */
	pendingFaults(): Promise<FaultRule[]>;
	state(): Promise<State>;
	/** Changes some settings and returns all of them. */
	settings(patch: SettingsPatch): Promise<Settings>;
	/** Creates a job without using the API or credits. Returns its uuid. */
	createJob(job?: NewJob): Promise<string>;
	/** Sends the callback of a job again, to its own URL or another one. Returns the attempt. */
	sendCallback(uuid: string, url?: string): Promise<CallbackAttempt>;
	/** Moves the clock forward. Jobs, callbacks and the rate limit follow it. */
	advanceClock(seconds: number): Promise<ClockState>;
	/** Stops the clock until {@link resumeClock}. It can still be advanced. */
	freezeClock(): Promise<ClockState>;
	resumeClock(): Promise<ClockState>;
	/** Saves clock, settings, jobs, images and faults as a JSON value. */
	save(): Promise<Snapshot>;
	/** Replaces the state with a saved one. The journal is kept. */
	restore(snapshot: Snapshot): Promise<void>;
	/** Restores the initial state: journal, faults, jobs, uploads, credits and settings. */
	reset(): Promise<void>;
	/** Stops the sandbox if this client started it. Can be called more than once. */
	close(): Promise<void>;
}

/**
 * Starts a sandbox in a separate process and waits until it listens. The default port is a free one.
 * @param env the environment of that process
 * @throws Error with the output of the sandbox, if it doesn't start
 */
export async function startSandbox(
	options: Partial<SandboxOptions> = {},
	env: NodeJS.ProcessEnv = process.env,
): Promise<Sandbox> {
	const server = await startServer(argumentsOf(options), env);
	return sandboxAt(server.origin, options.keys?.[0], server);
}

/** Connects to a running sandbox. */
export const connectSandbox = (origin: string, key?: string): Sandbox => sandboxAt(origin, key);

function argumentsOf({ quiet = true, port = 0, ...rest }: Partial<SandboxOptions>): string[] {
	const { keys = [], ...options } = rest;
	const keyArguments = keys.flatMap((key) => ['--key', key]);
	return [...keyArguments, ...toArguments({ quiet, port, ...options })];
}

function sandboxAt(origin: string, key = 'sandbox-key', server?: ServerProcess): Sandbox {
	const control = axios.create({
		baseURL: `${origin}/__sandbox`,
		proxy: false,
		maxBodyLength: Infinity,
	});
	control.interceptors.response.use(undefined, describeRejection);
	const journal = async () => await get<{ requests: JournalEntry[] }>(control, '/journal');
	return {
		origin,
		baseUrl: `${origin}/api`,
		key,
		pid: server?.pid,
		journal: async (filter = {}) => {
			const conditions = Object.entries(filter);
			const { requests } = await journal();
			return requests.filter((entry) => {
				const values = new Map<string, unknown>(Object.entries(entry));
				return conditions.every(([name, value]) => values.get(name) === value);
			});
		},
		clearJournal: async () => void (await control.delete('/journal')),
		fault: async (...rules) => void (await control.post('/faults', rules)),
		clearFaults: async () => void (await control.delete('/faults')),
		pendingFaults: async () => (await get<{ faults: FaultRule[] }>(control, '/faults')).faults,
		state: async () => await get<State>(control, '/state'),
		settings: async (patch) =>
			(await control.patch<{ settings: Settings }>('/settings', patch)).data.settings,
		createJob: async (job = {}) => (await control.post<{ uuid: string }>('/jobs', job)).data.uuid,
		sendCallback: async (uuid, url) =>
			(await control.post<{ callback: CallbackAttempt }>(`/jobs/${uuid}/callback`, { url })).data
				.callback,
		advanceClock: async (seconds) =>
			(await control.post<ClockState>('/clock/advance', { seconds })).data,
		freezeClock: async () => (await control.post<ClockState>('/clock/freeze')).data,
		resumeClock: async () => (await control.post<ClockState>('/clock/resume')).data,
		save: async () => await get<Snapshot>(control, '/snapshot'),
		restore: async (snapshot) => void (await control.put('/snapshot', snapshot)),
		reset: async () => void (await control.post('/reset')),
		close: async () => await server?.stop(),
	};
}

const get = async <Body>(control: AxiosInstance, path: string): Promise<Body> =>
	(await control.get<Body>(path)).data;

/** Adds the validation message, so that a test shows which fault or setting is invalid. */
function describeRejection(error: unknown): never {
	if (!isAxiosError(error) || error.response === undefined) throw error;
	const { config, response } = error;
	throw new Error(
		`The sandbox rejected ${config?.method} ${config?.url}: ${JSON.stringify(response.data)}`,
	);
}
