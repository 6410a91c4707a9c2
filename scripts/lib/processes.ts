import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure';
import { root } from './paths';

/** How much of what a command prints is kept for error messages, in characters. */
const KEPT_OUTPUT = 20_000;

export interface StartOptions {
	/** Default: the checkout. */
	cwd?: string;
	/** Default: this process's environment. */
	env?: NodeJS.ProcessEnv;
	/** The command writes straight to this terminal; nothing is kept. */
	show?: boolean;
	/** Also written to this file. */
	logFile?: string;
}

export interface Running {
	/** Of the guardian, whose only child is the command; undefined if it could not be started. */
	readonly pid: number | undefined;
	/** Settles when the command has ended, with its exit code (128 + n after signal n). */
	readonly exited: Promise<number>;
	/** The end of what it printed (stdout and stderr mixed). */
	output(): string;
	/** Ends the command and all it started; settles when nothing is left. */
	stop(): Promise<void>;
	/** The same by `kill -9`, which leaves the command no time for anything (not on Windows). */
	kill(): Promise<void>;
}

const running = new Set<Running>();

/**
 * Starts a command under lib/guardian.mjs: whatever becomes of this process, the command and its
 * children do not outlive it.
 */
export function start(command: string, args: string[], options: StartOptions = {}): Running {
	const show = options.show ? 'inherit' : 'pipe';
	const guardian = spawn(
		process.execPath,
		[join(root, 'scripts', 'lib', 'guardian.mjs'), command, ...args],
		{
			cwd: options.cwd ?? root,
			env: options.env ?? process.env,
			stdio: ['pipe', show, show],
		},
	);
	let output = '';
	const log = options.logFile ? createWriteStream(options.logFile) : undefined;
	for (const stream of [guardian.stdout, guardian.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
			log?.write(chunk);
		});
	}
	const process_: Running = {
		pid: guardian.pid,
		exited: new Promise((resolve) => {
			guardian.on('close', (code) => {
				running.delete(process_);
				log?.end();
				resolve(code ?? 1);
			});
		}),
		output: () => output,
		async stop() {
			guardian.stdin?.end();
			await process_.exited;
		},
		async kill() {
			guardian.kill('SIGUSR2');
			await process_.exited;
		},
	};
	running.add(process_);
	return process_;
}

/** Runs a command to its end. @throws Failure with the end of its output if it does not succeed */
export async function run(
	command: string,
	args: string[],
	options: StartOptions = {},
): Promise<string> {
	const process_ = start(command, args, options);
	const code = await process_.exited;
	if (code === 0) return process_.output();
	const line = [command, ...args].join(' ').slice(0, 200);
	throw new Failure(`\`${line}\` ended with code ${code}.`, process_.output().trim());
}

/** Runs a program of a development dependency, e.g. `tool('typescript/bin/tsc', ['--noEmit'])`. */
export async function tool(
	path: string,
	args: string[],
	options: StartOptions = {},
): Promise<string> {
	return await run(process.execPath, [join(root, 'node_modules', path), ...args], options);
}

/** Ends everything that was started here. */
export async function stopAll(): Promise<void> {
	await Promise.all([...running].map(async (process_) => await process_.stop()));
}
