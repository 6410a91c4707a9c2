// The way into every npm script. On a fresh clone nothing is installed yet, so this file needs
// nothing but Node.js: it brings node_modules up to date and hands over to scripts/<name>.ts.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import npmFailure from './lib/npmFailure.cjs';
import progress from './lib/progress.cjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);
/** npm's note of what is in node_modules; written last, so an interrupted install has none. */
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
/** What node_modules and npm's download cache take. */
const NEEDED_BYTES = 1.5e9;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ends with a message in one or two lines instead of a stack. */
function fail(what, remedy) {
	console.error(`${what}\n${remedy}`);
	process.exit(1);
}

/** Lower than the engines field of package.json, tsx and the tests cannot be loaded at all. */
function checkNodeVersion() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	fail(
		`This is Node.js ${process.versions.node}; the project needs 20.19 or newer.`,
		'Install a newer one (https://nodejs.org), then run the same command again.',
	);
}

function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * Whether node_modules holds what package-lock.json asks for; packages for other platforms are
 * optional and may be missing.
 */
function isInstalled() {
	const wanted = readJson(join(root, 'package-lock.json'))?.packages;
	const present = readJson(INSTALLED)?.packages;
	if (!wanted || !present || !existsSync(join(root, 'node_modules', 'tsx'))) return false;
	return Object.entries(wanted).every(
		([path, { version, optional }]) =>
			path === '' || (optional && !present[path]) || present[path]?.version === version,
	);
}

/** Starts a command whose end is told as { code, output }; signals given to this process reach it. */
function command(file, commandArgs, stdio) {
	const windowsNpm = process.platform === 'win32' && file === 'npm';
	const child = spawn(file, commandArgs, { cwd: root, stdio, shell: windowsNpm });
	const forward = (signal) => child.kill(signal);
	for (const signal of SIGNALS) process.on(signal, forward);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
	}
	return new Promise((resolve) => {
		const end = (code) => {
			for (const signal of SIGNALS) process.off(signal, forward);
			resolve({ code, output });
		};
		child.on('error', (error) => {
			output += error.message;
			end(127);
		});
		child.on('close', (code, signal) => end(signal ? 128 + constants.signals[signal] : code));
	});
}

function checkDisk() {
	const { bavail, bsize } = statfsSync(root);
	if (bavail * bsize >= NEEDED_BYTES) return;
	fail(
		`The dependencies need ${NEEDED_BYTES / 1e9} GB; ${Math.round((bavail * bsize) / 1e6)} MB are free in ${root}.`,
		'Free some space, then run the same command again.',
	);
}

async function install() {
	const { code, output } = await command(
		'npm',
		['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
		['ignore', 'pipe', 'pipe'],
	);
	if (npmFailure.hasNpmSucceeded(code, output)) return;
	rmSync(INSTALLED, { force: true });
	if (code > 128) process.exit(code);
	const { what, remedy } = npmFailure.explainNpmFailure(output);
	fail(`The dependencies were not installed. ${what}`, remedy);
}

checkNodeVersion();
const script = join(root, 'scripts', `${name}.ts`);
if (!name || !existsSync(script)) {
	fail(`There is no script named "${name ?? ''}".`, 'The names are in package.json, "scripts".');
}
if (!isInstalled()) {
	checkDisk();
	await progress.step('Installing dependencies (npm ci, about a minute)', install);
}
// By the ipc channel the script notices when this process is killed, and ends what it started.
const { code } = await command(
	process.execPath,
	['--import', 'tsx', script, ...args],
	['inherit', 'inherit', 'inherit', 'ipc'],
);
process.exit(code);
