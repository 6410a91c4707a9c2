import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { root } from './paths';
import { UserError } from './userError';

const SUPERVISOR = join(root, 'scripts', 'lib', 'supervisor.mjs');
/** Maximum length of the output kept for error messages, in characters. */
const MAX_OUTPUT = 20_000;

export interface StartOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Writes directly to this terminal; the output isn't kept. */
	inherit?: boolean;
	logFile?: string;
	/** Whether this process can end while the command runs, which then ends the command. */
	unref?: boolean;
}

export interface RunningProcess {
	/** Process ID of the supervisor; the command is its only child. */
	readonly supervisorPid: number | undefined;
	/** Resolves to the exit code (128 + n after signal n). */
	readonly exited: Promise<number>;
	/** The last part of stdout and stderr combined. */
	output(): string;
	/** Terminates the command and all its child processes, and waits for them to exit. */
	stop(): Promise<void>;
	/** Like stop, but with `kill -9` and no time to shut down (not on Windows). */
	kill(): Promise<void>;
}

const running = new Set<RunningProcess>();

/** Starts a command under the supervisor, so that it never outlives this process. */
export function start(command: string, args: string[], options: StartOptions = {}): RunningProcess {
	const { cwd = root, env = process.env, inherit = false, logFile, unref = false } = options;
	const stdio = inherit ? 'inherit' : 'pipe';
	const supervisor = spawn(process.execPath, [SUPERVISOR, command, ...args], {
		cwd,
		env,
		stdio: ['pipe', stdio, stdio],
		// not in the group of this process: one that is killed with its group leaves it to the supervisor
		// to end the command, whose input then closes
		detached: process.platform !== 'win32',
	});
	let output = '';
	const log = logFile ? createWriteStream(logFile) : undefined;
	for (const stream of [supervisor.stdout, supervisor.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			output = (output + chunk.toString()).slice(-MAX_OUTPUT);
			log?.write(chunk);
		});
	}
	if (unref) {
		supervisor.unref();
		for (const stream of supervisor.stdio) if (stream instanceof Socket) stream.unref();
	}
	const started: RunningProcess = {
		supervisorPid: supervisor.pid,
		exited: new Promise((resolve) => {
			supervisor.on('close', (code) => {
				running.delete(started);
				log?.end();
				resolve(code ?? 1);
			});
		}),
		output: () => output,
		async stop() {
			supervisor.stdin?.end();
			await started.exited;
		},
		async kill() {
			supervisor.kill('SIGUSR2');
			await started.exited;
		},
	};
	running.add(started);
	return started;
}

/** Runs a command until it exits. @throws UserError with its last output if it fails */
export async function run(
	command: string,
	args: string[],
	options: StartOptions = {},
): Promise<string> {
	const { exited, output } = start(command, args, options);
	const code = await exited;
	if (code === 0) return output();
	const line = [command, ...args].join(' ').slice(0, 200);
	throw new UserError(`\`${line}\` exited with code ${code}.`, output().trim());
}

/** Runs the program of a development dependency, e.g. `tool('typescript/bin/tsc', ['--noEmit'])`. */
export async function tool(path: string, args: string[], env = process.env): Promise<void> {
	await run(process.execPath, [join(root, 'node_modules', path), ...args], { env });
}

/** Stops all commands that this process started. */
export async function stopAll(): Promise<void> {
	await Promise.all([...running].map(async (started) => await started.stop()));
}
