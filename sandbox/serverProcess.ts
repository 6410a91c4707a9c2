import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { IS_COMPILED, PACKAGE_FOLDER } from './paths';

/** The arguments with which Node.js runs the command line. */
const MAIN = IS_COMPILED
	? [join(__dirname, 'main.js')]
	: ['--import', 'tsx', join(__dirname, 'main.ts')];
const START_TIMEOUT_MS = 30_000;
/** Length of the output that is kept, characters. */
const OUTPUT_LENGTH = 20_000;

/** A running sandbox or proxy in a process of its own. */
export interface ServerProcess {
	/** For example `http://127.0.0.1:40123`. */
	readonly origin: string;
	readonly pid: number | undefined;
	/** The last part of its output. */
	output(): string;
	/** Can be called more than once. */
	stop(): Promise<void>;
}

/**
 * Starts the command line and waits until the server listens.
 * @throws Error with its output, if it doesn't start
 */
export async function startServer(args: string[], env: NodeJS.ProcessEnv): Promise<ServerProcess> {
	const child = spawn(process.execPath, [...MAIN, ...args], {
		cwd: PACKAGE_FOLDER,
		env,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	let output = '';
	const origin = await new Promise<string>((resolve, reject) => {
		const fail = (reason: string) => {
			clearTimeout(timer);
			child.kill('SIGKILL');
			reject(new Error(`The sandbox didn't start: ${reason}\n${output}`.trim()));
		};
		const timer = setTimeout(() => fail('timed out'), START_TIMEOUT_MS);
		const onExit = (code: number | null) => fail(`exited with code ${code}`);
		const onOutput = (chunk: Buffer) => {
			output = (output + chunk.toString()).slice(-OUTPUT_LENGTH);
			const [, found] = /listening on (\S+)\/api/.exec(output) ?? [];
			if (found === undefined) return;
			clearTimeout(timer);
			child.off('exit', onExit);
			resolve(found);
		};
		child.stdout?.on('data', onOutput);
		child.stderr?.on('data', onOutput);
		child.once('error', (error) => fail(error.message));
		child.once('exit', onExit);
	});
	return {
		origin,
		pid: child.pid,
		output: () => output,
		stop: async () => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const exited = once(child, 'exit');
			// on Windows, a signal would end it before it has removed its files
			if (child.connected) child.disconnect();
			else child.kill('SIGTERM');
			await exited;
		},
	};
}

/** Options as command-line arguments: `--job-seconds 1` for `{ jobSeconds: 1 }`. */
export function toArguments(options: Record<string, string | number | boolean | null>): string[] {
	return Object.entries(options).flatMap(([name, value]) => {
		const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
		if (typeof value === 'boolean') return value ? [flag] : [];
		return value === null ? [] : [flag, String(value)];
	});
}
