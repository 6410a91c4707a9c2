import { start, type RunningProcess, type StartOptions } from './processes';
import { UserError } from './userError';
import { waitFor } from './waitFor';

/** The first start of n8n takes longest, because of its database migrations. */
const START_TIMEOUT_MS = 180_000;
const LOG_LINES = 25;

export interface ServerOptions extends StartOptions {
	name: string;
	command: string;
	args: string[];
	isReady: () => Promise<boolean>;
}

/** A server program that can be stopped, killed and restarted. */
export class ServerProcess {
	private current: RunningProcess | undefined;

	constructor(private readonly options: ServerOptions) {}

	get name(): string {
		return this.options.name;
	}

	/** Process ID of the supervisor that runs the server. */
	get supervisorPid(): number | undefined {
		return this.current?.supervisorPid;
	}

	/** Starts the server and waits until it is ready. @throws UserError with its last output */
	async start(): Promise<void> {
		const { name, command, args, isReady, ...options } = this.options;
		const { exited } = (this.current = start(command, args, options));
		let code: number | undefined;
		void exited.then((exitCode) => (code = exitCode));
		const isReadyOrExited = async () => code !== undefined || (await isReady());
		const limits = { timeoutMs: START_TIMEOUT_MS, intervalMs: 250 };
		const ready = await waitFor(isReadyOrExited, Boolean, limits);
		if (ready && code === undefined) return;
		const reason = ready ? `exited during startup (code ${code})` : 'is not ready';
		const log = this.log();
		await this.stop();
		throw new UserError(`${name} ${reason}. Last output:`, log);
	}

	log(): string {
		return (this.current?.output() ?? '').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
	}

	async exited(): Promise<number | undefined> {
		return await this.current?.exited;
	}

	/** Kills the server with `kill -9`, like a crash. */
	async kill(): Promise<void> {
		await this.current?.kill();
	}

	async stop(): Promise<void> {
		await this.current?.stop();
	}
}
