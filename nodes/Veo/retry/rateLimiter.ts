import type { Clock } from './clock';

/** First gap between two calls after a refusal, milliseconds. */
const FIRST_GAP_MS = 200;
/** By how much a call that goes through narrows the gap. */
const NARROWING = 0.8;
/** Widest gap between two calls, milliseconds. */
const MAX_GAP_MS = 5_000;
/** A gap smaller than this is none. */
const MIN_GAP_MS = 20;

/**
 * The speed of all calls that one run of the node makes. A refusal (1003, HTTP 429) holds all of
 * them back and doubles the gap between them; every call that goes through narrows it a little
 * (as TCP finds the rate that a line bears). Without refusals it never makes anybody wait.
 */
export class Pace {
	private gapMs = 0;
	private nextSlot = 0;
	private widenedAt = -Infinity;
	private heldUntil = -Infinity;

	constructor(private readonly clock: Clock) {}

	/** Takes the next free slot. @returns when it is, epoch milliseconds (now, or later) */
	reserve(): number {
		const slot = Math.max(this.clock.now(), this.nextSlot);
		this.nextSlot = slot + this.gapMs;
		return slot;
	}

	/**
	 * @param sentAt - when the call was sent, epoch milliseconds: calls that were under way when the
	 *   gap was last widened say nothing about the wider one
	 * @param waitMs - how long the server asked to be left alone, if it did
	 */
	refused(sentAt: number, waitMs = 0): void {
		const now = this.clock.now();
		if (sentAt >= this.widenedAt) {
			this.gapMs = Math.min(Math.max(this.gapMs * 2, FIRST_GAP_MS), MAX_GAP_MS);
			this.widenedAt = now;
		}
		this.heldUntil = Math.max(this.heldUntil, now + Math.max(waitMs, this.gapMs));
		this.nextSlot = Math.max(this.nextSlot, this.heldUntil);
	}

	/** Whether a refusal holds back all calls, also those whose slot has come. */
	get isHeld(): boolean {
		return this.clock.now() < this.heldUntil;
	}

	accepted(): void {
		const narrower = this.gapMs * NARROWING;
		this.gapMs = narrower < MIN_GAP_MS ? 0 : narrower;
	}
}
