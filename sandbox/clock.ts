import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** The longest delay of a Node.js timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The position of a clock relative to real time. */
export interface ClockState {
	/** Seconds ahead of real time. 0 while it is frozen. */
	offsetSeconds: number;
	/** The time at which the clock stands, ISO 8601. null: it runs. */
	frozenAt: string | null;
}

/** A test clock. It runs in real time until it is advanced or frozen. */
export class Clock {
	private offsetMs = 0;
	/** Epoch milliseconds. */
	private frozenMs: number | null = null;
	private readonly changes = new EventEmitter().setMaxListeners(0);

	/** Epoch milliseconds. */
	now(): number {
		return this.frozenMs ?? Date.now() + this.offsetMs;
	}

	get isFrozen(): boolean {
		return this.frozenMs !== null;
	}

	state(): ClockState {
		const { frozenMs, offsetMs } = this;
		return {
			offsetSeconds: frozenMs === null ? offsetMs / 1000 : 0,
			frozenAt: frozenMs === null ? null : new Date(frozenMs).toISOString(),
		};
	}

	advance(seconds: number): void {
		this.set(this.now() + seconds * 1000, this.isFrozen);
	}

	freeze(): void {
		this.set(this.now(), true);
	}

	/** Continues from the current time of the clock. */
	resume(): void {
		this.set(this.now(), false);
	}

	/** @param nowMs - epoch milliseconds */
	set(nowMs: number, isFrozen: boolean): void {
		this.offsetMs = isFrozen ? 0 : nowMs - Date.now();
		this.frozenMs = isFrozen ? nowMs : null;
		this.changes.emit('change');
	}

	/** Returns to real time. */
	reset(): void {
		this.offsetMs = 0;
		this.frozenMs = null;
		this.changes.emit('change');
	}

	/** @throws AbortError if the signal is aborted */
	async sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		while (this.now() < atMs) {
			const remainingMs = this.isFrozen ? MAX_TIMER_MS : atMs - this.now();
			const woken = new AbortController();
			const options = { signal: AbortSignal.any([signal, woken.signal]), ref: false };
			await Promise.race([
				sleep(Math.min(remainingMs, MAX_TIMER_MS), undefined, options),
				once(this.changes, 'change', options),
			]).finally(() => woken.abort());
		}
	}
}
