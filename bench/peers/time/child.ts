import { fork, type ChildProcess } from 'node:child_process';
import { fastTime } from './factor';

export interface ChildOptions {
	/** The Node.js binary. */
	node: string;
	/** How many times as fast as the world's its time runs. */
	timeFactor: number;
	originMs: number;
	env: NodeJS.ProcessEnv;
	/** More arguments of Node.js. */
	execArgv?: string[];
}

/** A TypeScript file in a process of its own that sends messages. It ends when this one does. */
export class Child {
	private readonly process: ChildProcess;
	private listener: ((message: unknown) => void) | undefined;
	private problem: ((error: Error) => void) | undefined;

	constructor(
		private readonly file: string,
		{ node, timeFactor, originMs, env, execArgv = [] }: ChildOptions,
	) {
		const time = fastTime(timeFactor, originMs);
		this.process = fork(file, [], {
			execPath: node,
			execArgv: [...time.execArgv, ...execArgv],
			env: { ...process.env, ...env, ...time.env },
		});
		this.process.on('message', (message) => this.listener?.(message));
		this.process.on('error', (error) => this.problem?.(error));
		this.process.on('exit', (code, signal) => {
			this.problem?.(new Error(`${this.file} ended with ${signal ?? `code ${code}`}`));
		});
	}

	/** Has all messages from now on handed to `listener`; `problem` if the process ends early. */
	listen(listener: (message: unknown) => void, problem: (error: Error) => void): void {
		this.listener = listener;
		this.problem = problem;
	}

	/** The next message. */
	async next(): Promise<unknown> {
		return await new Promise((resolve, reject) => this.listen(resolve, reject));
	}

	send(message: object): void {
		this.process.send(message);
	}

	end(): void {
		this.problem = undefined;
		if (this.process.connected) this.process.disconnect();
		this.process.kill();
	}
}
