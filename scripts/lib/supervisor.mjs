// Runs one command in its own process group: `node supervisor.mjs <command> [args…]`. Ends the whole
// group when it receives a signal, or when the parent exits: stdin then closes, even after kill -9.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers';

/** Time to exit before the command is killed. n8n closes its database first. */
const GRACE_MS = 8_000;

const [command, ...args] = process.argv.slice(2);
const onWindows = process.platform === 'win32';
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	detached: !onWindows,
	shell: onWindows && command === 'npm', // npm is a .cmd file, which needs a shell
});

function signalGroup(signal) {
	try {
		if (onWindows) child.kill(signal);
		else if (child.pid) process.kill(-child.pid, signal);
	} catch {
		// The group has already exited.
	}
}

let isStopping = false;

/** Sends SIGTERM once: a second one ends n8n at once, and its next start then waits ten seconds. */
function stop() {
	if (isStopping) return;
	isStopping = true;
	signalGroup('SIGTERM');
	setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref();
}

for (const event of ['end', 'close', 'error']) process.stdin.once(event, stop);
process.stdin.resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.on('SIGUSR2', () => signalGroup('SIGKILL')); // simulates a crash, for recovery tests

child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code, signal) => {
	signalGroup('SIGKILL'); // remaining child processes
	process.exit(signal ? 128 + constants.signals[signal] : code);
});
