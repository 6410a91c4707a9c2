import { delimiter } from 'node:path';
import { Failure } from './failure';
import { explainNpmFailure, hasNpmSucceeded } from './npmFailure.cjs';
import { start } from './processes';

/**
 * Runs npm in `cwd`. Install scripts never run unless asked for in `args`.
 * @param what for the error, e.g. "n8n 2.41.1 was not installed."
 * @param nodeFolder folder of the Node.js binary that npm and what it starts shall run on
 */
export async function npm(
	args: string[],
	{ cwd, what, nodeFolder }: { cwd: string; what: string; nodeFolder?: string },
): Promise<string> {
	const path = [nodeFolder, process.env.PATH].filter(Boolean).join(delimiter);
	const process_ = start('npm', args, { cwd, env: { ...process.env, PATH: path } });
	const code = await process_.exited;
	if (hasNpmSucceeded(code, process_.output())) return process_.output();
	const reason = explainNpmFailure(process_.output());
	throw new Failure(`${what} ${reason.what}`, reason.remedy);
}
