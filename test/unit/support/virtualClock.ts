import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../nodes/Veo/retry/clock';

interface Sleeper {
	atMs: number;
	wake(): void;
}

/** Far from zero, so that a test fails if code confuses a time with a duration. */
const START_MS = Date.UTC(2026, 0, 1);
/** More sleeps than this at one time are an endless loop. */
const MAX_IDLE_SLEEPS = 200_000;
/** After this many turns of the event loop without a sleeper, the work can't complete. */
const MAX_IDLE_TURNS = 1_000;

/**
 * Virtual time, which advances only when all code sleeps. Sleepers wake by time; those with the same
 * time wake in the order in which they fell asleep. Everything that a woken sleeper does synchronously
 * or in promises is done before time advances. So a test simulates minutes of thousands of jobs within
 * a fraction of a second, and always with the same result.
 */
export class VirtualClock implements Clock {
	private nowMs = START_MS;
	/** How far the wall clock has jumped. */
	private wallOffsetMs = 0;
	/** Sorted by descending time, so that the next sleeper is the last element. */
	private readonly sleepers: Sleeper[] = [];
	private idleSleeps = 0;

	/** Bound to the clock, so that it can be passed like `Date.now`. */
	readonly now = (): number => this.nowMs;

	readonly wallNow = (): number => this.nowMs + this.wallOffsetMs;

	/** The clock of an execution that starts now: it shows the wall clock's time of its start. */
	forExecution(): Clock {
		const offsetMs = this.wallOffsetMs;
		return {
			now: () => this.nowMs + offsetMs,
			wallNow: this.wallNow,
			sleep: async (ms, signal) => await this.sleep(ms, signal),
		};
	}

	/** Changes the wall clock, but no duration. */
	jumpWallClock(ms: number): void {
		this.wallOffsetMs += ms;
	}

	/** Suspends the process: the sleepers that are due within this time wake at its end. */
	stall(ms: number): void {
		this.nowMs += ms;
	}

	/** Milliseconds since the clock was created. */
	get elapsedMs(): number {
		return this.nowMs - START_MS;
	}

	/** @throws Error if the duration is NaN, or if an endless loop sleeps without a duration */
	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (Number.isNaN(ms)) throw new Error('The duration of a sleep is not a number');
		if (++this.idleSleeps > MAX_IDLE_SLEEPS) throw new Error('An endless loop stops the time');
		if (ms <= 0 || signal?.aborted) return Promise.resolve();
		return new Promise((resolve) => {
			const sleeper: Sleeper = {
				atMs: this.nowMs + ms,
				wake: () => {
					signal?.removeEventListener('abort', wakeEarly);
					resolve();
				},
			};
			const wakeEarly = () => {
				this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
				resolve();
			};
			// thousands of sleepers can share one signal, which Node.js would report as a leak
			if (signal) setMaxListeners(Infinity, signal);
			signal?.addEventListener('abort', wakeEarly, { once: true });
			this.add(sleeper);
		});
	}

	/** Schedules an action, `ms` from now. */
	after(ms: number, action: () => void): void {
		this.add({ atMs: this.nowMs + ms, wake: action });
	}

	/**
	 * Advances time until the work is done.
	 * @param work - started immediately; it may wait only for this clock and for the event loop
	 * @returns the result of the work
	 * @throws Error if the work waits for an event that never happens
	 */
	async run<T>(work: () => Promise<T>): Promise<T> {
		let isDone = false;
		const result = work().finally(() => (isDone = true));
		// the caller gets the rejection below; without a handler until then, it would be unhandled
		result.catch(() => {});
		for (let idleTurns = 0; ; idleTurns++) {
			await nextTurn();
			if (isDone) return await result;
			if (this.wakeNext()) idleTurns = 0;
			else if (idleTurns > MAX_IDLE_TURNS) throw new Error('The work waits for nothing');
		}
	}

	/** Advances time by `ms`, and runs everything that is due within it. */
	async advance(ms: number): Promise<void> {
		await this.run(async () => await this.sleep(ms));
	}

	/** Advances to the next time with sleepers and wakes them. @returns false without a sleeper */
	private wakeNext(): boolean {
		const atMs = this.sleepers.at(-1)?.atMs;
		if (atMs === undefined || atMs === Infinity) return false;
		this.nowMs = Math.max(this.nowMs, atMs);
		this.idleSleeps = 0;
		const woken: Sleeper[] = [];
		while (this.sleepers.at(-1)?.atMs === atMs) woken.push(...this.sleepers.splice(-1));
		for (const sleeper of woken) sleeper.wake();
		return true;
	}

	/** Inserts by binary search, which costs little compared with waking. */
	private add(sleeper: Sleeper): void {
		let from = 0;
		let to = this.sleepers.length;
		while (from < to) {
			const middle = (from + to) >> 1;
			// before the sleepers with the same time, since the last element wakes first
			if ((this.sleepers[middle]?.atMs ?? 0) > sleeper.atMs) from = middle + 1;
			else to = middle;
		}
		this.sleepers.splice(from, 0, sleeper);
	}
}

/** Resolves after all promises that are ready have been processed. */
async function nextTurn(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}
