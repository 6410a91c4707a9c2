import { delimiter } from 'node:path';
import { explainNpmError, hasNpmSucceeded } from './npmErrors.cjs';
import { start } from './processes';
import { UserError } from './userError';

interface NpmOptions {
	cwd: string;
	/** Start of the error message, e.g. "Couldn't install n8n 2.41.1." */
	failure: string;
	/** Directory of the Node.js binary that runs npm; default: the one on the PATH. */
	nodeFolder?: string;
}

/** Runs npm. Install scripts never run unless `args` enables them. */
export async function npm(args: string[], options: NpmOptions): Promise<string> {
	const { cwd, failure, nodeFolder } = options;
	const path = [nodeFolder, process.env.PATH].filter(Boolean).join(delimiter);
	const { exited, output } = start('npm', args, { cwd, env: { ...process.env, PATH: path } });
	const code = await exited;
	if (hasNpmSucceeded(code, output())) return output();
	const { message, hint } = explainNpmError(output());
	throw new UserError(`${failure} ${message}`, hint);
}
