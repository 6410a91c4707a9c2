import { delimiter, join } from 'node:path';
import { explainNpmError, hasNpmSucceeded } from './npmErrors.cjs';
import { root } from './paths';
import { start } from './processes';
import { UserError } from './userError';

interface NpmOptions {
	cwd: string;
	/** Start of the error message, e.g. "Couldn't install n8n 2.41.1." */
	failure: string;
	/** Directory of the Node.js binary that runs npm; default: the one on the PATH. */
	nodeFolder?: string;
	/** Additional environment variables. */
	env?: NodeJS.ProcessEnv;
	/** Receives a function that returns the last part of the output. */
	onStart?: (output: () => string) => void;
}

async function run(program: string[], options: NpmOptions): Promise<string> {
	const { cwd, failure, nodeFolder, env, onStart } = options;
	const path = [nodeFolder, process.env.PATH].filter(Boolean).join(delimiter);
	const [command = 'npm', ...args] = program;
	const { exited, output } = start(command, args, {
		cwd,
		env: { ...process.env, PATH: path, ...env },
	});
	onStart?.(output);
	const code = await exited;
	if (hasNpmSucceeded(code, output())) return output();
	const { message, hint } = explainNpmError(output());
	throw new UserError(`${failure} ${message}`, hint);
}

/** Runs npm. Install scripts never run unless `args` enables them. */
export async function npm(args: string[], options: NpmOptions): Promise<string> {
	return await run(['npm', ...args], options);
}

/** Runs pnpm, which installs n8n in a third of npm's time and continues an interrupted download. */
export async function pnpm(args: string[], options: NpmOptions): Promise<string> {
	const program = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
	return await run([process.execPath, program, ...args], options);
}
