import { fork } from 'node:child_process';

/**
 * Runs a TypeScript file in a process of its own, with `env` added to this one's environment.
 * @returns the last message that it sent
 * @throws Error with the file's name if it ends with a code other than 0
 */
export async function inChild(
	file: string,
	args: string[],
	env: NodeJS.ProcessEnv,
): Promise<unknown> {
	const child = fork(file, args, {
		env: { ...process.env, ...env },
		execArgv: ['--expose-gc', '--import', 'tsx'],
	});
	// before other listeners: the files they remove should not be made anew by the child
	const stop = () => child.kill('SIGKILL');
	process.prependListener('exit', stop);
	child.once('exit', () => process.off('exit', stop));
	let last: unknown;
	child.on('message', (message) => (last = message));
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code, signal) => {
			if (code === 0) resolve(last);
			else reject(new Error(`${file} ended with ${signal ?? `code ${code}`}`));
		});
	});
}
