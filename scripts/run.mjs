// Entry point of all npm scripts. Runs before anything is installed, so it only depends on Node.js:
// it updates node_modules and then runs scripts/<name>.ts.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import npmErrors from './lib/npmErrors.cjs';
import progress from './lib/progress.cjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);
/** npm's list of the installed packages. Written last, so it is missing after an aborted install. */
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
/** Size of node_modules and npm's download cache. */
const NEEDED_BYTES = 1.5e9;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function fail(message, hint) {
	console.error(`${message}\n${hint}`);
	process.exit(1);
}

/** Checks the version before tsx and the tests fail to load (see "engines" in package.json). */
function checkNodeVersion() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	fail(
		`This is Node.js ${process.versions.node}. The project requires 20.19 or later.`,
		'Install a newer version (https://nodejs.org), then run the same command again.',
	);
}

function readPackages(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8')).packages;
	} catch {
		return undefined;
	}
}

/** Whether node_modules matches package-lock.json. Optional packages for other platforms can be missing. */
function isInstalled() {
	const required = readPackages(join(root, 'package-lock.json'));
	const installed = readPackages(INSTALLED);
	if (!required || !installed || !existsSync(join(root, 'node_modules', 'tsx'))) return false;
	return Object.entries(required).every(
		([path, { version, optional }]) =>
			path === '' || (optional && !installed[path]) || installed[path]?.version === version,
	);
}

/** Runs a command, forwards signals to it, and resolves to its exit code and output. */
function run(file, commandArgs, stdio) {
	const shell = process.platform === 'win32' && file === 'npm';
	const child = spawn(file, commandArgs, { cwd: root, stdio, shell });
	const forward = (signal) => child.kill(signal);
	for (const signal of SIGNALS) process.on(signal, forward);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
	}
	return new Promise((resolve) => {
		const finish = (code) => {
			for (const signal of SIGNALS) process.off(signal, forward);
			resolve({ code, output });
		};
		child.on('error', (error) => {
			output += error.message;
			finish(127);
		});
		child.on('close', (code, signal) => finish(signal ? 128 + constants.signals[signal] : code));
	});
}

function checkDisk() {
	const { bavail, bsize } = statfsSync(root);
	if (bavail * bsize >= NEEDED_BYTES) return;
	const free = Math.round((bavail * bsize) / 1e6);
	fail(
		`The dependencies need ${NEEDED_BYTES / 1e9} GB, but only ${free} MB are free in ${root}.`,
		'Free some space, then run the same command again.',
	);
}

async function install() {
	const npmArgs = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
	const { code, output } = await run('npm', npmArgs, ['ignore', 'pipe', 'pipe']);
	if (npmErrors.hasNpmSucceeded(code, output)) return;
	rmSync(INSTALLED, { force: true });
	if (code > 128) process.exit(code);
	const { message, hint } = npmErrors.explainNpmError(output);
	fail(`Couldn't install the dependencies. ${message}`, hint);
}

checkNodeVersion();
const script = join(root, 'scripts', `${name}.ts`);
if (!name || !existsSync(script)) {
	fail(`The script "${name ?? ''}" doesn't exist.`, 'See "scripts" in package.json.');
}
if (!isInstalled()) {
	checkDisk();
	await progress.step('Installing dependencies (npm ci, about a minute)', install);
}
// The closed IPC channel tells the script when this process was killed.
const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
const { code } = await run(process.execPath, ['--import', 'tsx', script, ...args], stdio);
process.exit(code);
