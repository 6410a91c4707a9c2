import axios, { type AxiosInstance } from 'axios';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/client';

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

/**
 * Starts a sandbox before the tests of a file or `describe` block, and stops it after them.
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
		const { env, ...sandboxOptions } = typeof options === 'function' ? options() : options;
		const sandbox = await startSandbox(sandboxOptions, env);
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
