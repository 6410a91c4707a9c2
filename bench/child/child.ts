import { fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBirpc, type BirpcReturn } from 'birpc';
import type { Clock } from './clock';

export interface ChildOptions {
	/** The Node.js binary; by default the running one. */
	node?: string;
	/** By default, real time. */
	clock?: Clock;
	env?: NodeJS.ProcessEnv;
	execArgv?: string[];
	/** Passed as JSON in the first argument. */
	options?: object;
}

/** A child process and the functions that it serves. Calls may overlap. */
export interface Child<Functions extends object> {
	functions: BirpcReturn<Functions>;
	close(): void;
}

/** Runs a TypeScript file, which calls {@link serve}, in a child process. It ends with this process. */
export function startChild<Functions extends object>(
	file: string,
	{ node, clock, env, execArgv = [], options }: ChildOptions = {},
): Child<Functions> {
	const preloaded = [require.resolve('tsx')];
	if (clock) preloaded.push(join(__dirname, 'scaledTime.ts'));
	const child = fork(file, [JSON.stringify(options ?? null)], {
		execPath: node,
		execArgv: [...execArgv, ...preloaded.map((path) => `--import=${pathToFileURL(path).href}`)],
		env: { ...process.env, ...env, BENCH_CLOCK: clock && JSON.stringify(clock) },
		serialization: 'advanced', // so that errors keep their stack
	});
	const functions = createBirpc<Functions>(
		{},
		{
			post: (message) => child.send(message),
			on: (listener) => void child.on('message', listener),
			timeout: -1,
		},
	);
	// first, so that the child cannot recreate files that other listeners remove
	const kill = () => child.kill('SIGKILL');
	process.prependListener('exit', kill);
	child.once('error', (error) => functions.$close(error));
	child.once('exit', (code, signal) => {
		process.off('exit', kill);
		functions.$close(new Error(`${file} ended with ${signal ?? `code ${code}`}`));
	});
	return { functions, close: kill };
}

/** Provides functions, or an object's methods, to the parent process. */
export function serve<Functions extends object>(functions: Functions): void {
	createBirpc<object, Functions>(functions, {
		bind: 'functions',
		post: (message) => process.send?.(message),
		on: (listener) => void process.on('message', listener),
	});
	process.once('disconnect', () => process.exit(0));
}
