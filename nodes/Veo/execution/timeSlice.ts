import type { Clock } from '../retry/clock';
import type { Cancellation } from './cancellation';

/** Longest synchronous work between two turns of the event loop, milliseconds. */
const SLICE_MS = 20;

/**
 * Divides long work into slices, so that n8n can cancel the execution and run others. An awaited
 * promise that is already resolved isn't sufficient: only a timer lets the event loop continue.
 */
export class TimeSlice {
	private startedMs: number;
	private turn: Promise<void> | undefined;

	constructor(private readonly clock: Clock) {
		this.startedMs = clock.now();
	}

	/** To check between two steps of the work. */
	get isOver(): boolean {
		return this.clock.now() - this.startedMs >= SLICE_MS;
	}

	/** Lets the event loop continue, and starts the next slice, which all that wait for it share. */
	async next(): Promise<void> {
		this.turn ??= this.clock.sleep(1).then(() => {
			this.startedMs = this.clock.now();
			this.turn = undefined;
		});
		await this.turn;
	}
}

/** Calls that are started in one turn of the event loop. n8n works for 1 to 2 ms for each. */
const CALLS_PER_TURN = 8;

/**
 * Distributes calls that are due simultaneously over several turns of the event loop. They can't be
 * counted by time: most of n8n's work for a call happens after all of them have been started.
 */
export class CallPacer {
	private calls = 0;
	private last = Promise.resolve();

	constructor(
		private readonly clock: Clock,
		private readonly cancellation: Cancellation,
	) {}

	/** Resolves when the next call may start, in the order of the requests for it. */
	async turn(): Promise<void> {
		this.last = this.last.then(async () => {
			if (++this.calls < CALLS_PER_TURN || this.cancellation.isCanceled) return;
			await this.clock.sleep(1);
			this.calls = 0;
		});
		await this.last;
	}
}
