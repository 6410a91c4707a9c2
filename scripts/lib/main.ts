import { stopAll } from './processes';
import { messageOf, UserError } from './userError';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs a script. Exits with code 0, or 1 after an error; stops all child processes first, also on
 * Ctrl-C.
 */
export function main(work: () => Promise<void>): void {
	let exiting = false;
	const exit = async (code: number) => {
		if (exiting) return;
		exiting = true;
		await stopAll();
		process.exit(code);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (!exiting) console.log('\nStopping …');
			void exit(EXIT_CODES[signal]);
		});
	}
	process.once('disconnect', () => void exit(EXIT_CODES.SIGHUP)); // run.mjs was killed
	work().then(
		async () => await exit(0),
		async (error: unknown) => {
			if (exiting) return; // commands fail because they are being stopped
			const isExpected = error instanceof UserError || !(error instanceof Error);
			console.error(`\n${isExpected ? messageOf(error) : error.stack}`);
			await exit(1);
		},
	);
}
