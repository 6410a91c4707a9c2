import axios from 'axios';

import { startServer, toArguments } from '../serverProcess';
import type { DifferenceReport } from './differences';
import type { ProxyOptions } from './options';

/** A running proxy. */
export interface Proxy {
	readonly origin: string;
	/** Base URL for the credential: the origin and `/api`. */
	readonly baseUrl: string;
	/** The differences so far. */
	differences(): Promise<DifferenceReport>;
	clearDifferences(): Promise<void>;
	/** The last part of its output. */
	output(): string;
	close(): Promise<void>;
}

/** Starts a proxy in a separate process. The default port is a free one. */
export async function startProxy(
	{ port = 0, ...options }: Partial<ProxyOptions>,
	env: NodeJS.ProcessEnv = process.env,
): Promise<Proxy> {
	const { origin, output, stop } = await startServer(
		['proxy', ...toArguments({ port, ...options })],
		env,
	);
	const control = axios.create({ baseURL: `${origin}/__sandbox`, proxy: false });
	return {
		origin,
		baseUrl: `${origin}/api`,
		differences: async () => (await control.get<DifferenceReport>('/differences')).data,
		clearDifferences: async () => void (await control.delete('/differences')),
		output,
		close: stop,
	};
}
