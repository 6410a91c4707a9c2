import { Failure, messageOf } from './failure';
import { stopAll } from './processes';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A script's life: does `work`, ends with code 0, or 1 and a message; whichever way it ends,
 * Ctrl-C included, nothing that it started is left running.
 */
export function main(work: () => Promise<void>): void {
	let ending = false;
	const end = async (code: number) => {
		if (ending) return;
		ending = true;
		await stopAll();
		process.exit(code);
	};
	for (const signal of SIGNALS) {
		process.on(signal, () => {
			if (!ending) console.log('\nStopping …');
			void end(SIGNAL_CODES[signal]);
		});
	}
	// run.mjs is gone without a word.
	process.once('disconnect', () => void end(SIGNAL_CODES.SIGHUP));
	work().then(
		async () => await end(0),
		async (error: unknown) => {
			// A command that fails because everything is being stopped is no news.
			if (ending) return;
			const known = error instanceof Failure || !(error instanceof Error);
			console.error(`\n${known ? messageOf(error) : error.stack}`);
			await end(1);
		},
	);
}
