import axios, { type AxiosInstance } from 'axios';

import {
	connectSandbox,
	type Sandbox,
	type SandboxOptions,
	type SettingsPatch,
	startSandbox,
} from '../../sandbox/client';

declare global {
	/** Starts the sandbox that all test files of a worker share. @returns its origin */
	function sharedSandbox(): Promise<string>;
}

export interface SandboxSetup {
	/** The running sandbox and its control API. */
	readonly sandbox: Sandbox;
	/** A client of the Veo API of the sandbox, with a valid key. */
	readonly api: AxiosInstance;
}

/** How to start the sandbox. */
export interface SandboxSetupOptions extends Partial<SandboxOptions> {
	/** The environment of the sandbox process. */
	env?: NodeJS.ProcessEnv;
}

/** The sandbox of this worker. Its initial state has these settings. */
async function borrowSandbox(settings: SettingsPatch): Promise<Sandbox> {
	const sandbox = connectSandbox(await sharedSandbox());
	return {
		...sandbox,
		reset: async () => {
			await sandbox.reset();
			if (Object.keys(settings).length > 0) await sandbox.settings(settings);
		},
	};
}

/** The sandbox of this worker, or another one for options that can't be changed while it runs. */
export async function obtainSandbox({ env, ...options }: SandboxSetupOptions): Promise<Sandbox> {
	const { keys, port, host, quiet, ...settings } = options;
	const isOwn = [env, keys, port, host, quiet].some((option) => option !== undefined);
	return isOwn ? await startSandbox(options, env) : await borrowSandbox(settings);
}

/**
 * Provides a sandbox for the tests of a file or `describe` block. Files can share its process.
 * It is reset before each test.
 * @param options a function is called in `beforeAll`, so it can use values of earlier hooks
 */
export function useSandbox(
	options: SandboxSetupOptions | (() => SandboxSetupOptions) = {},
): SandboxSetup {
	let setup: SandboxSetup | undefined;
	const running = (): SandboxSetup => {
		if (setup === undefined) throw new Error("The sandbox hasn't started yet: use it in a test");
		return setup;
	};

	beforeAll(async () => {
		const sandbox = await obtainSandbox(typeof options === 'function' ? options() : options);
		setup = { sandbox, api: apiClient(sandbox.baseUrl, sandbox.key) };
	});
	beforeEach(async () => await running().sandbox.reset());
	afterAll(async () => await setup?.sandbox.close());

	return {
		get sandbox() {
			return running().sandbox;
		},
		get api() {
			return running().api;
		},
	};
}

/** A client of a Veo API that returns every HTTP status instead of throwing. */
export const apiClient = (baseURL: string, key: string | null): AxiosInstance =>
	axios.create({
		baseURL,
		headers: key === null ? {} : { authorization: `Bearer ${key}` },
		validateStatus: () => true,
		maxRedirects: 0,
		maxBodyLength: Infinity,
		...(new URL(baseURL).hostname === '127.0.0.1' ? { proxy: false } : {}),
	});
