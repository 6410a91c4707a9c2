// Runs one command and makes sure that it ends: `node guardian.mjs <command> [args…]`. The command
// gets a process group of its own. When whoever started the guardian goes away (its end of stdin
// closes, even by kill -9) or sends a signal, the whole group is asked to end, then made to.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers';

/** How long a command may take to end by itself (n8n closes its database) before it is killed. */
const GRACE_MS = 8_000;

const [command, ...args] = process.argv.slice(2);
const onWindows = process.platform === 'win32';
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	detached: !onWindows,
	// npm is a .cmd file there, which only a shell can start.
	shell: onWindows && command === 'npm',
});

function signalGroup(signal) {
	try {
		if (onWindows) child.kill(signal);
		else if (child.pid) process.kill(-child.pid, signal);
	} catch {
		// Nothing of the group is left.
	}
}

function stop() {
	signalGroup('SIGTERM');
	setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref();
}

for (const event of ['end', 'close', 'error']) process.stdin.once(event, stop);
process.stdin.resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
// a crash to order, for tests of what survives one
process.on('SIGUSR2', () => signalGroup('SIGKILL'));

child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code, signal) => {
	signalGroup('SIGKILL'); // what the command left behind
	process.exit(signal ? 128 + constants.signals[signal] : code);
});
