import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../nodes/Veo/retry/clock';

interface Sleeper {
	atMs: number;
	wake(): void;
}

/** An arbitrary moment to begin at: code that takes times for durations shows itself. */
const START_MS = Date.UTC(2026, 0, 1);
/** So many sleeps without time moving on are an endless loop, not patience. */
const MAX_IDLE_SLEEPS = 1_000_000;
/** So many turns of the event loop without a sleeper mean that nothing will ever happen again. */
const MAX_IDLE_TURNS = 1_000;

/**
 * Time that passes only when everybody sleeps. Sleepers wake in the order of their times, those of
 * one moment in the order in which they went to sleep, and all that a woken one does at once is
 * done before the next moment comes. So thousands of jobs live their minutes in a fraction of a
 * second, and always in the same way.
 */
export class VirtualClock implements Clock {
	private nowMs = START_MS;
	/** Latest first, so that the next one is at the end. */
	private readonly sleepers: Sleeper[] = [];
	private idleSleeps = 0;

	/** A function of its own, so that it can be handed on like `Date.now`. */
	readonly now = (): number => this.nowMs;

	/** Milliseconds since this clock began. */
	get elapsedMs(): number {
		return this.nowMs - START_MS;
	}

	/** @throws Error for a time that is no number, and where nobody lets time pass any more */
	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (Number.isNaN(ms)) throw new Error('Somebody sleeps for a time that is no number');
		if (++this.idleSleeps > MAX_IDLE_SLEEPS) throw new Error('Nobody lets the time pass');
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
			// thousands may hang on one signal, which Node.js would take for a leak
			if (signal) setMaxListeners(Infinity, signal);
			signal?.addEventListener('abort', wakeEarly, { once: true });
			this.add(sleeper);
		});
	}

	/** Does something at a moment to come: `ms` from now. */
	after(ms: number, action: () => void): void {
		this.add({ atMs: this.nowMs + ms, wake: action });
	}

	/**
	 * Lets time pass until some work has ended.
	 * @param work - begun at once; all that it waits for must be this clock, or come by itself
	 * @throws Error where the work waits for something that never comes
	 */
	async run<T>(work: () => Promise<T>): Promise<T> {
		let ended = false;
		const result = work().finally(() => (ended = true));
		// the caller gets the rejection below; until then it is nobody's
		result.catch(() => {});
		for (let idleTurns = 0; ; idleTurns++) {
			await allThatIsReady();
			if (ended) return await result;
			if (this.wakeNext()) idleTurns = 0;
			else if (idleTurns > MAX_IDLE_TURNS) throw new Error('The work waits for nothing');
		}
	}

	/** Lets a time pass, with all that happens in it. */
	async pass(ms: number): Promise<void> {
		await this.run(async () => await this.sleep(ms));
	}

	/** Moves to the next moment and wakes all of it. @returns false where nobody will wake */
	private wakeNext(): boolean {
		const atMs = this.sleepers.at(-1)?.atMs;
		if (atMs === undefined || atMs === Infinity) return false;
		this.nowMs = atMs;
		this.idleSleeps = 0;
		const woken: Sleeper[] = [];
		while (this.sleepers.at(-1)?.atMs === atMs) woken.push(...this.sleepers.splice(-1));
		for (const sleeper of woken) sleeper.wake();
		return true;
	}

	/** Keeps the order by halving: nearly all of the time goes into waking, not into this. */
	private add(sleeper: Sleeper): void {
		let from = 0;
		let to = this.sleepers.length;
		while (from < to) {
			const middle = (from + to) >> 1;
			// behind, that is before, all that sleep as long: they were first
			if ((this.sleepers[middle]?.atMs ?? 0) > sleeper.atMs) from = middle + 1;
			else to = middle;
		}
		this.sleepers.splice(from, 0, sleeper);
	}
}

/** Resolves once all promises that can go on have gone on. */
async function allThatIsReady(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}
