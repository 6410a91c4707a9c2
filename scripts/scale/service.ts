import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../lib/failure';
import { start, type Running, type StartOptions } from '../lib/processes';
import { childOf } from './proc';

const LOOK_EVERY_MS = 250;
const START_LIMIT_MS = 180_000;
/** Of a service's output, in an error. */
const SHOWN_LINES = 25;

export interface ServiceOptions extends StartOptions {
	/** For messages, e.g. "Redis". */
	name: string;
	command: string;
	args: string[];
	/** Whether it does its work yet. */
	isReady: () => Promise<boolean>;
}

/** A server program that can be killed and started again. */
export class Service {
	private running: Running | undefined;

	constructor(private readonly options: ServiceOptions) {}

	get name(): string {
		return this.options.name;
	}

	/** Starts it and waits until it is ready. @throws Failure with the end of its output */
	async start(): Promise<void> {
		const { name, command, args, isReady, ...options } = this.options;
		const running = start(command, args, options);
		this.running = running;
		const deadlineMs = Date.now() + START_LIMIT_MS;
		let code: number | undefined;
		void running.exited.then((ended) => (code = ended));
		const told = () => running.output().trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
		while (!(await isReady())) {
			if (code !== undefined) throw new Failure(`${name} ended while starting (${code}).`, told());
			if (Date.now() > deadlineMs) throw new Failure(`${name} does not get ready.`, told());
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** @throws Failure if it is not running */
	async pid(): Promise<number> {
		return await childOf(this.running?.pid);
	}

	/** Ends it as a power cut would. */
	async kill(): Promise<void> {
		await this.running?.kill();
	}

	async stop(): Promise<void> {
		await this.running?.stop();
	}
}
